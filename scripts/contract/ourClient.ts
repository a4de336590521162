/**
 * Our own client, as the spec checks ask it.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import type { ClientChecks } from "../../contract-tests/client/mod.ts"
import { ClientSessions, Credentials, ListFilter } from "../../mod.ts"

/** Our own client as the spec checks ask it: through its front door. */
export const ourClient: ClientChecks.ClientUnderTest = (() => {
  const list = (filter: ListFilter, answer: unknown, onRequest: (body: unknown) => void) => {
    const http = HttpClient.make((request) => {
      if (request.body._tag === "Raw") onRequest(JSON.parse(String(request.body.body)))
      return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(answer)))
    })
    const layer = ClientSessions.layer({ credentials: Credentials.ApiKey("seam_contract_check"), verify: false })
    return ClientSessions.list(filter).pipe(
      Effect.provide(Layer.provide(layer, Layer.succeed(HttpClient.HttpClient, http)))
    )
  }
  return {
    decode: (body) => list({}, body, () => {}),
    encode: (filter) => {
      let sent: unknown
      const empty = { client_sessions: [], ok: true }
      return Effect.fromResult(ListFilter.validate(filter)).pipe(
        Effect.flatMap((filter) => list(filter, empty, (body) => sent = body)),
        Effect.map(() => sent)
      )
    },
    // What the documentation of `ClientSession` marks so.
    deprecated: ["client_sessions[].user_identity_ids"]
  }
})()
