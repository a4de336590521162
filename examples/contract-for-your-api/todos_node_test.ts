import { Contract } from "@seam-effect/contract-tests"
import { test } from "node:test"
import { fetch } from "./api.ts"
import { todos } from "./todos.ts"

for (const { name, run } of Contract.checks(todos, { url: "http://localhost", fetch }, { seed: 1 })) {
  test(`the to-do API, in node:test: ${name}`, run)
}
