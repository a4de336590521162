/**
 * A Worker that decodes the body it is sent and tells how, for `decoding_test.ts`.
 *
 * @module
 */
import * as Result from "effect/Result"
import { makeSessionsReader } from "../src/decode/sessions.ts"

const isEvalAllowed = (): boolean => Result.isSuccess(Result.try(() => new Function("return true")()))

export default {
  fetch: async (request: Request): Promise<Response> => {
    const reader = makeSessionsReader(1000)
    reader.read(await request.text())
    reader.end()
    return Response.json({
      isEvalAllowed: isEvalAllowed(),
      decoded: reader.malformed()?.problems ?? reader.takeSessions().length
    })
  }
}
