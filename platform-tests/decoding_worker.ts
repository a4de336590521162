/**
 * A Worker that decodes the body it is sent and tells how, for `decoding_test.ts`.
 *
 * @module
 */
import * as Result from "effect/Result"
import { decodeBody } from "../src/decode/sessions.ts"

const isEvalAllowed = (): boolean => Result.isSuccess(Result.try(() => new Function("return true")()))

export default {
  fetch: async (request: Request): Promise<Response> => {
    const sessions = decodeBody(await request.text())
    return Response.json({
      isEvalAllowed: isEvalAllowed(),
      decoded: Result.isSuccess(sessions) ? sessions.success.length : sessions.failure.problems
    })
  }
}
