import { Contract } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import { fetch } from "./api.ts"
import { todos } from "./todos.ts"

// In process: no port, no server. Any URL will do.
const checks = Contract.prepare(todos, { url: "http://localhost", fetch }, { seed: 1 })
for (const { name, run, skip } of await Effect.runPromise(checks)) {
  Deno.test({ name: `the to-do API: ${name}`, ignore: skip !== undefined, fn: run })
}
