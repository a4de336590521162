import { Contract, Report } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import { byEquality, byOperators, startJsonServer } from "./jsonServer.ts"
await using server = await startJsonServer()
for (const op of [byEquality, byOperators]) {
  const exit = await Effect.runPromiseExit(Contract.run(op, { url: server.url }, { seed: 1 }))
  console.log(exit._tag === "Success" ? Report.lines(exit.value).join("\n") : exit)
}
