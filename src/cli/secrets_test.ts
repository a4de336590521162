// What the commands print: nothing that a server wrote, none of the secrets and none of the values that were asked with.
import assert from "node:assert/strict"
import { apiKey, asked, assertNoneOf, byServer, canaries, filter, sessionToken, tried } from "../internal/canaries.ts"
import { ok } from "../internal/testing.ts"
import { main } from "./mod.ts"
import { runHere, serving, type Surroundings } from "./testing.ts"

const flags = Object.entries(filter).flatMap(([name, value]) =>
  typeof value === "string" ? [`--${name.replaceAll("_", "-")}`, value] : []
)

const ways: Readonly<Record<string, readonly [args: ReadonlyArray<string>, surroundings: Surroundings]>> = {
  "in a pipe": [[], {}],
  "on a terminal": [[], { columns: 80, stderrIsTerminal: true }],
  "as JSON on a terminal": [["--json"], { columns: 80, stderrIsTerminal: true }]
}

// Nobody waits here for further attempts: a failure's words don't depend on them.
const isFinal = (place: string): boolean => !/\b(?:408|429|500|503|breaks off)\b/.test(place)

for (const [way, [args, surroundings]] of Object.entries(ways)) {
  Deno.test(`list prints nothing that a server writes, ${way}`, async () => {
    let respond: (request: Request) => Response | Promise<Response> = () => ok()
    await using server = serving({ fetch: (request) => respond(request) })
    const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
    let failures = 0
    for (const [place, answer] of Object.entries(byServer).filter(([place]) => isFinal(place))) {
      for (const spell of tried) {
        const spelled = canaries.map(spell)
        respond = answer(spelled.join(" "))
        const { exitCode, stderr, stdout } = await runHere(main(["list", ...flags, ...args]), { ...surroundings, env })
        assert.ok(exitCode > 2, `${exitCode} on ${place}: ${stderr}`)
        assert.equal(stdout, "")
        assert.match(stderr, /--show-answer|^.{30,}\n$/)
        assertNoneOf(stderr, [...canaries, ...spelled])
        failures++
      }
    }
    assert.ok(failures > 50)
  })

  Deno.test(`list prints no token of a session, ${way}`, async () => {
    await using server = serving({ fetch: () => ok(asked) })
    const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
    const { exitCode, stderr, stdout } = await runHere(main(["list", ...flags, ...args]), { ...surroundings, env })
    assert.equal(exitCode, 0, stderr)
    assert.ok(stdout.includes(filter.client_session_id))
    assertNoneOf(stdout + stderr, [apiKey, sessionToken])
  })
}
