import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { SeamConfigurationError } from "../ConfigurationError.ts"
import { hint } from "../internal/problems.ts"
import {
  SeamBadRequest,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "../ListError.ts"
import { fromListError } from "./failure.ts"

const options = { showAnswer: false, columns: 80 }
const refused = { requestId: "r-1", type: undefined, serverMessage: undefined, body: Redacted.make("") }
const retryable = { ...refused, retryAfter: undefined }
const unconnected = { message: "m", reason: "reset", status: undefined, requestId: undefined } as const

Deno.test("fromListError() says the message and the request id, and tells the failures apart by their exit code", () => {
  const id = "Request id: r-1"
  const failures = [
    [new SeamConfigurationError({ message: "m", option: "endpoint" }), 2, "m"],
    [new SeamInvalidFilter({ message: "m", problems: [] }), 2, "m"],
    [new SeamUnauthorized({ ...refused, message: "m", status: 401 }), 3, `m\n${id}`],
    [new SeamBadRequest({ ...refused, message: "m", status: 400, problems: [] }), 4, `m\n${id}`],
    [new SeamRateLimited({ ...retryable, message: "m", status: 429 }), 5, `m\n${id}`],
    [new SeamServerError({ ...retryable, message: "m", status: 500 }), 5, `m\n${id}`],
    [new SeamUnexpectedStatus({ ...retryable, message: "m", status: 418 }), 5, `m\n${id}`],
    [new SeamConnectionFailed({ ...unconnected, detail: Redacted.make("") }), 6, "m"],
    [new SeamTimedOut({ message: "m", status: 200, requestId: "r-1", limit: Duration.seconds(1) }), 6, `m\n${id}`],
    [
      new SeamInvalidResponse({
        message: "m",
        status: 200,
        requestId: "r-1",
        problems: [],
        total: 0,
        body: Redacted.make("")
      }),
      7,
      `m\n${id}`
    ],
    [
      new SeamContractViolation({ message: "m", status: 200, requestId: "r-1", filters: [], excluded: 1, total: 1 }),
      7,
      `m\n${id}`
    ]
  ] as const
  for (const [error, exitCode, message] of failures) {
    for (const showAnswer of [false, true]) {
      const failure = fromListError(error, { ...options, showAnswer })
      assert.deepEqual([failure._tag, failure.exitCode, failure.message], ["Failure", exitCode, message])
    }
  }
})

const how = "m --show-answer shows what was said."

Deno.test("fromListError() shows the body only where that is asked for, and otherwise says how to ask", () => {
  const body = Redacted.make("{\"secret\":\n\"\u001b[2J\"}\n")
  const error = new SeamUnauthorized({ ...refused, message: "m", status: 401, body, serverMessage: Redacted.make("s") })
  assert.equal(fromListError(error, options).message, `${how}\nRequest id: r-1`)
  assert.equal(
    fromListError(error, { ...options, showAnswer: true }).message,
    `m
Request id: r-1
What the server wrote, or the start of it:
  | {"secret":
  | "\\u001b[2J"}`
  )
})

Deno.test("fromListError() leaves out what the library's message says to programs", () => {
  const message = `m.${hint("body", "text")}`
  const error = new SeamUnauthorized({ ...refused, message, status: 401, body: Redacted.make("text") })
  assert.match(message, /Redacted/)
  assert.equal(fromListError(error, options).message, "m. --show-answer shows what was said.\nRequest id: r-1")
})

Deno.test("fromListError() shows what the runtime says of a connection only where that is asked for", () => {
  const error = new SeamConnectionFailed({ ...unconnected, detail: Redacted.make("secret") })
  assert.equal(fromListError(error, options).message, how)
  assert.equal(
    fromListError(error, { ...options, showAnswer: true }).message,
    "m\nWhat the runtime says of the connection:\n  | secret"
  )
})
