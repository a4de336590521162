/**
 * Holds a client of a list operation against its document: what it accepts, refuses, shows and sends.
 *
 * ```ts
 * import { ClientChecks } from "@seam-effect/contract-tests/client"
 * import { OpenApi } from "@seam-effect/contract-tests/openapi"
 * import * as Effect from "effect/Effect"
 * import * as Result from "effect/Result"
 *
 * const document = Result.getOrThrow(OpenApi.parse(
 *   `{
 *     "openapi": "3.0.0",
 *     "paths": {
 *       "/todos/list": {
 *         "post": {
 *           "requestBody": {
 *             "content": {
 *               "application/json": { "schema": { "type": "object", "properties": { "done": { "type": "boolean" } } } }
 *             }
 *           },
 *           "responses": {
 *             "200": {
 *               "description": "OK",
 *               "content": {
 *                 "application/json": {
 *                   "schema": {
 *                     "type": "object",
 *                     "required": ["todos"],
 *                     "properties": {
 *                       "todos": {
 *                         "type": "array",
 *                         "items": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } }
 *                       }
 *                     }
 *                   }
 *                 }
 *               }
 *             }
 *           }
 *         }
 *       }
 *     }
 *   }`,
 *   { path: "/todos/list", items: "todos" }
 * ))
 * // A client that takes whatever comes.
 * const careless: ClientChecks.ClientUnderTest = {
 *   decode: (body) => Effect.succeed(Object(body).todos ?? []),
 *   encode: (filter) => Effect.succeed(filter)
 * }
 * const results = await Effect.runPromise(ClientChecks.check(careless, document))
 * console.log(results.find(({ name }) => name === "spec_response_required")?.outcome) // failed
 * ```
 *
 * @module
 */
export * as ClientChecks from "./ClientChecks.ts"
export type { Aspect, Deviation, Side } from "./Deviation.ts"
