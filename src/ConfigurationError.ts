/**
 * How building the client can fail.
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type { ErrorFields } from "./ListError.ts"

/** The credentials, the endpoint or another option can't be used. Nothing was sent. */
export interface ConfigurationError extends Cause.YieldableError {
  /** The tag. */
  readonly _tag: "ConfigurationError"
  /** What is wrong and what to do about it; a secret or the wrong value is never quoted. */
  readonly message: string
  /** Which part of the configuration it is. */
  readonly option: "credentials" | "endpoint" | "timeout" | "retry"
}

/** The class of {@link ConfigurationError}. */
export const ConfigurationError: new(fields: ErrorFields<ConfigurationError>) => ConfigurationError = Data.TaggedError(
  "ConfigurationError"
)<ErrorFields<ConfigurationError>>
