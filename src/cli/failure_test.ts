import * as Duration from "effect/Duration"
import assert from "node:assert/strict"
import { ConfigurationError } from "../ConfigurationError.ts"
import {
  BadRequest,
  ConnectionFailed,
  ContractViolation,
  InvalidFilter,
  InvalidResponse,
  RateLimited,
  ServerError,
  TimedOut,
  Unauthorized,
  UnexpectedStatus
} from "../ListError.ts"
import { fromListError } from "./failure.ts"

Deno.test("fromListError() says the message and the request id, and tells the failures apart", () => {
  const answered = { message: "m", requestId: "r" }
  const refused = { ...answered, body: "", type: undefined }
  const waitable = { ...refused, retryAfter: undefined, status: 500 }
  const codes = [
    [new ConfigurationError({ message: "m", option: "endpoint" }), 2, "m"],
    [new InvalidFilter({ message: "m", problems: [] }), 2, "m"],
    [new Unauthorized(refused), 3, "m\nRequest id: r"],
    [new BadRequest({ ...refused, validationErrors: undefined }), 4, "m\nRequest id: r"],
    [new RateLimited(waitable), 5, "m\nRequest id: r"],
    [new ServerError(waitable), 5, "m\nRequest id: r"],
    [new UnexpectedStatus(waitable), 5, "m\nRequest id: r"],
    [new ConnectionFailed({ ...answered, requestId: undefined, detail: "" }), 6, "m"],
    [new TimedOut({ ...answered, limit: Duration.seconds(1) }), 6, "m\nRequest id: r"],
    [new InvalidResponse({ ...answered, problems: [], total: 0 }), 7, "m\nRequest id: r"],
    [new ContractViolation({ ...answered, filters: [], excluded: 1, total: 1 }), 7, "m\nRequest id: r"]
  ] as const
  for (const [error, exitCode, message] of codes) {
    const failure = fromListError(error)
    assert.deepEqual([failure.exitCode, failure.message], [exitCode, message])
  }
})
