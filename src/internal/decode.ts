/**
 * The body of a 200 answer, decoded.
 *
 * @module
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ClientSession } from "../ClientSession.ts"
import * as Problems from "./problems.ts"

/** What is wrong with a body: the first problems, and how many there are in all. */
export interface Malformed {
  /** The first problems, at most `Problems.maxProblems`. */
  readonly problems: ReadonlyArray<Problems.Problem>
  /** How many there are. */
  readonly total: number
}

// `ok` is required by the contract's schema and missing in its cURL example.
const Envelope = Schema.Struct({
  client_sessions: Schema.Array(Schema.Unknown),
  ok: Schema.optionalKey(Schema.Boolean)
})
const decodeEnvelope = Schema.decodeUnknownResult(Envelope, { errors: "all" })
const decodeSession = Schema.decodeUnknownResult(ClientSession, { errors: "all" })

// The engine's own message quotes the text, tokens included: it is dropped.
const parseJson = (text: string): Result.Result<unknown, undefined> =>
  Result.try({ try: (): unknown => JSON.parse(text), catch: () => undefined })

/** The sessions in the JSON text of a 200 answer, or every problem in it. */
export const decodeBody = (text: string): Result.Result<ReadonlyArray<ClientSession>, Malformed> => {
  const json = parseJson(text)
  if (Result.isFailure(json)) return Result.fail({ problems: [{ path: "", expected: "JSON" }], total: 1 })
  const envelope = decodeEnvelope(json.success)
  if (Result.isFailure(envelope)) {
    const problems = Problems.fromIssue(envelope.failure.issue)
    return Result.fail({ problems, total: problems.length })
  }
  const sessions: Array<ClientSession> = []
  const problems: Array<Problems.Problem> = []
  let total = 0
  envelope.success.client_sessions.forEach((element, index) => {
    const session = decodeSession(element)
    if (Result.isSuccess(session)) return sessions.push(session.success)
    const found = Problems.fromIssue(session.failure.issue, ["client_sessions", index])
    total += found.length
    problems.push(...found.slice(0, Problems.maxProblems - problems.length))
  })
  return total === 0 ? Result.succeed(sessions) : Result.fail({ problems, total })
}
