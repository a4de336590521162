/**
 * Contract checks that know what a filter means: property-based tests of any list operation, in process or over HTTP, with or
 * without knowledge of its data. What the filters mean is declared; every law that they allow follows.
 *
 * In any test runner, one test for each check:
 *
 * ```ts
 * import { Contract, Filter, Operation } from "@seam-effect/contract-tests"
 *
 * const todos = Operation.make({
 *   path: "/todos",
 *   by: "query",
 *   items: "",
 *   id: "id",
 *   filters: {
 *     done: Filter.equals("done"),
 *     assignee: Filter.equals("assignee_id", { null: true }),
 *     tag: Filter.member("tags")
 *   }
 * })
 * const target = { url: "http://127.0.0.1:3000", fetch: () => Response.json([]) }
 * for (const check of Contract.checks(todos, target, { checks: ["positive_data_acceptance"] })) {
 *   console.log(check.name) // positive_data_acceptance
 *   // Deno.test(check.name, check.run), or test(check.name, check.run) from node:test
 *   await check.run()
 * }
 * ```
 *
 * From an Effect program, as a report: see {@link Contract.run}.
 *
 * @module
 */
export * as Contract from "./engine/Contract.ts"
export * as Report from "./engine/Report.ts"
export * as Filter from "./operation/Filter.ts"
export * as Operation from "./operation/Operation.ts"
