/**
 * `deno task contract`: the package's command, with the simulator where no server is given, and with the checks of our client.
 *
 * @module
 */
import process from "node:process"
import type { Additions } from "../../contract-tests/cli.ts"
import { main } from "../../contract-tests/cli.ts"
import { ClientChecks } from "../../contract-tests/client/mod.ts"
import { credential, deviations, document, simulatorReadings } from "../../contract-tests/seam/mod.ts"
import * as World from "../../src/cli/world.ts"
import { Simulator } from "../../src/simulator/mod.ts"
import { ourClient } from "./ourClient.ts"

/** What this house adds to the command. */
export const additions: Additions = {
  embedded: () => {
    const [own, ...others] = World.make(World.defaults)
    const [apiKey = ""] = own.credentials.apiKeys
    const otherApiKey = others.flatMap(({ credentials }) => credentials.apiKeys)[0]
    return {
      target: {
        name: "the embedded simulator",
        // Where `deno task serve` puts the same one.
        url: "http://127.0.0.1:3020",
        fetch: Simulator.make({ workspaces: [own, ...others] }).fetch,
        credential: credential({ apiKey }),
        ...(otherApiKey !== undefined && { otherCredential: otherApiKey }),
        items: own.sessions.map((session) => ({ ...session }))
      },
      options: { expected: simulatorReadings }
    }
  },
  client: { catalogue: ClientChecks.catalogue, results: ClientChecks.check(ourClient, document, deviations) }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), additions)
