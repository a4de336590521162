/**
 * The recorded contract: the one source of what is known of the operation's shape. `contract/README.md` says where it comes
 * from and what it leaves open.
 *
 * @module
 */
import * as Result from "effect/Result"
import type { OpenApiOperation, Where } from "../openapi/OpenApi.ts"
import * as OpenApi from "../openapi/OpenApi.ts"
import recorded from "./contract/openapi.json" with { type: "json" }

/**
 * The recorded operation in its document. The deprecated list of identities is required there, and missing in every example
 * that the page gives.
 */
export const where: Where = {
  path: "/client_sessions/list",
  items: "client_sessions",
  optional: ["client_sessions[].user_identity_ids"]
}

/** The recorded operation. */
export const document: OpenApiOperation = Result.getOrThrow(OpenApi.read(recorded, where))
