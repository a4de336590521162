import { Contract } from "@seam-effect/contract-tests"
import { fetch } from "./api.ts"
import { todos } from "./todos.ts"

// In process: no port, no server. Any URL will do.
for (const { name, run } of Contract.checks(todos, { url: "http://localhost", fetch }, { seed: 1 })) {
  Deno.test(`the to-do API: ${name}`, run)
}
