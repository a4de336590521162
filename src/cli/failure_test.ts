import * as Duration from "effect/Duration"
import assert from "node:assert/strict"
import { SeamConfigurationError } from "../ConfigurationError.ts"
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

Deno.test("fromListError() says the message and the request id, and tells the failures apart", () => {
  const answered = { message: "m", requestId: "r" }
  const refused = { ...answered, body: "", type: undefined }
  const waitable = { ...refused, retryAfter: undefined, status: 500 }
  const codes = [
    [new SeamConfigurationError({ message: "m", option: "endpoint" }), 2, "m"],
    [new SeamInvalidFilter({ message: "m", problems: [] }), 2, "m"],
    [new SeamUnauthorized(refused), 3, "m\nRequest id: r"],
    [new SeamBadRequest({ ...refused, validationErrors: undefined }), 4, "m\nRequest id: r"],
    [new SeamRateLimited(waitable), 5, "m\nRequest id: r"],
    [new SeamServerError(waitable), 5, "m\nRequest id: r"],
    [new SeamUnexpectedStatus(waitable), 5, "m\nRequest id: r"],
    [new SeamConnectionFailed({ ...answered, requestId: undefined, detail: "" }), 6, "m"],
    [new SeamTimedOut({ ...answered, limit: Duration.seconds(1) }), 6, "m\nRequest id: r"],
    [new SeamInvalidResponse({ ...answered, problems: [], total: 0 }), 7, "m\nRequest id: r"],
    [new SeamContractViolation({ ...answered, filters: [], excluded: 1, total: 1 }), 7, "m\nRequest id: r"]
  ] as const
  for (const [error, exitCode, message] of codes) {
    const failure = fromListError(error)
    assert.deepEqual([failure.exitCode, failure.message], [exitCode, message])
  }
})
