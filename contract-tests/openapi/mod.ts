/**
 * Reads list operations out of OpenAPI documents, holds values against their schemas, and compares two of them.
 *
 * ```ts
 * import { Drift, OpenApi } from "@seam-effect/contract-tests/openapi"
 * import * as Result from "effect/Result"
 *
 * const document = (parameter: string): string => `
 * openapi: 3.1.0
 * paths:
 *   /todos:
 *     get:
 *       parameters: [{ name: ${parameter}, in: query, schema: { type: boolean } }]
 *       responses:
 *         "200": { description: OK, content: { application/json: { schema: { type: array, items: { type: object } } } } }
 * `
 * const where = { path: "/todos", items: "", method: "GET" } as const
 * const recorded = Result.getOrThrow(OpenApi.parse(document("done"), where))
 * console.log(Object.keys(recorded.parameters)) // [ "done" ]
 * console.log(Drift.check(recorded, document("finished")).exitCode) // 1: the filter `done` is gone
 * ```
 *
 * @module
 */
export * as Drift from "./Drift.ts"
export * as OpenApi from "./OpenApi.ts"
export * as Part from "./Part.ts"
export * as Schema from "./Schema.ts"
