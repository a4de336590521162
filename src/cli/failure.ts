/**
 * How a command fails: in one or two lines, with an exit code of its own.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as Redacted from "effect/Redacted"
import type { SeamConfigurationError } from "../ConfigurationError.ts"
import { withoutHint } from "../internal/problems.ts"
import type { ErrorFields, TaggedErrorClass } from "../internal/taggedError.ts"
import type { ListError } from "../ListError.ts"
import { escape, quote } from "./printable.ts"

const FailureBase: TaggedErrorClass<"Failure", Failure> = Data.TaggedError("Failure")<ErrorFields<Failure>>

/** The end of a command that did not do what it was asked to. */
export class Failure extends FailureBase {
  /** What standard error says; empty where everything has been said. */
  declare readonly message: string
  /** What the shell sees. */
  declare readonly exitCode: number
}

/** The exit code of wrong flags, filters and configuration. */
export const usage = 2

const exitCodes: Readonly<Record<ListError["_tag"] | SeamConfigurationError["_tag"], number>> = {
  SeamConfigurationError: usage,
  SeamInvalidFilter: usage,
  SeamUnauthorized: 3,
  SeamBadRequest: 4,
  SeamRateLimited: 5,
  SeamServerError: 5,
  SeamUnexpectedStatus: 5,
  SeamConnectionFailed: 6,
  SeamTimedOut: 6,
  SeamInvalidResponse: 7,
  SeamContractViolation: 7
}

/** What others wrote of a failure. */
interface Answer {
  readonly title: string
  readonly text: string
}

const answerOf = (error: ListError | SeamConfigurationError): Answer | undefined => {
  const answer = (title: string, text: Redacted.Redacted<string> | undefined): Answer => ({
    title,
    text: text === undefined ? "" : Redacted.value(text)
  })
  return [
    answer("What the server wrote, or the start of it:", "body" in error ? error.body : undefined),
    answer("What the runtime says of the connection:", "detail" in error ? error.detail : undefined)
  ].find(({ text }) => text !== "")
}

/** How to say a failure. */
export interface SayOptions {
  /** Whether to show what others wrote. */
  readonly showAnswer: boolean
  /** The width of the terminal; without end where there is none. */
  readonly columns: number
}

/** The failure of a command that lists. What others wrote stands in it only where that was asked for, as a quotation. */
export const fromListError = (
  error: ListError | SeamConfigurationError,
  { columns, showAnswer }: SayOptions
): Failure => {
  const answer = answerOf(error)
  const requestId = "requestId" in error ? error.requestId : undefined
  const how = answer !== undefined && !showAnswer ? " --show-answer shows what was said." : ""
  const lines = [
    escape(withoutHint(error.message)) + how,
    ...requestId === undefined ? [] : [`Request id: ${escape(requestId)}`],
    ...answer === undefined || !showAnswer ? [] : [answer.title, quote(answer.text, columns)]
  ]
  return new Failure({ message: lines.join("\n"), exitCode: exitCodes[error._tag] })
}
