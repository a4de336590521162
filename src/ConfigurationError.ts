/**
 * How building the client can fail.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { ErrorFields, TaggedErrorClass } from "./internal/taggedError.ts"

const SeamConfigurationErrorBase: TaggedErrorClass<"SeamConfigurationError", SeamConfigurationError> =
  /* @__PURE__ */ Data.TaggedError(
    "SeamConfigurationError"
  )<ErrorFields<SeamConfigurationError>>

/** The credentials, the endpoint or another option can't be used. Nothing was sent. */
export class SeamConfigurationError extends SeamConfigurationErrorBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamConfigurationError"
  /** What is wrong and what to do about it; a secret or the wrong value is never quoted. */
  declare readonly message: string
  /** Which part of the configuration it is. */
  declare readonly option: "credentials" | "endpoint" | "timeout" | "retry" | "transformClient"
}

/** Fails with the error. */
export const refuse = (
  message: string,
  option: SeamConfigurationError["option"] = "credentials"
): Effect.Effect<never, SeamConfigurationError> => Effect.fail(new SeamConfigurationError({ option, message }))
