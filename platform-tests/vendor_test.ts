// The vendor's own SDK against the simulator, over HTTP: version 1 sends POST, version 2 sends GET.
import assert from "node:assert/strict"
import { SeamHttp as Version1 } from "npm:@seamapi/http@1.102.0"
import { type ClientSessionsListParameters, SeamHttp as Version2 } from "npm:@seamapi/http@2.32.0"
import { ListFilter } from "../mod.ts"
import { Simulator } from "../src/simulator/mod.ts"

const [workspace, other] = Simulator.generate({ seed: 3, sessions: 60, workspaces: 2 })
assert.ok(workspace !== undefined && other !== undefined)
const { credentials, sessions, workspace_id } = workspace
const [apiKey] = credentials.apiKeys
const [personalAccessToken] = credentials.personalAccessTokens ?? []
assert.ok(apiKey !== undefined && personalAccessToken !== undefined)
const jane = sessions.find((session) =>
  session.user_identifier_key !== null && session.user_identity_id !== undefined &&
  session.connect_webview_ids.length > 0
)
assert.ok(jane?.user_identifier_key && jane.user_identity_id && jane.connect_webview_ids[0])

const filters = [
  {},
  { client_session_id: jane.client_session_id },
  { connect_webview_id: jane.connect_webview_ids[0] },
  { user_identifier_key: jane.user_identifier_key },
  { user_identity_id: jane.user_identity_id },
  { without_user_identifier_key: true },
  { user_identifier_key: jane.user_identifier_key, connect_webview_id: jane.connect_webview_ids[0] }
] satisfies ReadonlyArray<ListFilter>

const withoutWebview = sessions.find(({ connect_webview_ids, user_identifier_key }) =>
  connect_webview_ids.length === 0 && user_identifier_key !== null
)
assert.ok(withoutWebview?.user_identifier_key)

const nullFilters = [
  { connect_webview_id: null },
  { user_identity_id: null },
  { connect_webview_id: null, user_identifier_key: withoutWebview.user_identifier_key }
] satisfies ReadonlyArray<ListFilter & ClientSessionsListParameters>

const serve = (simulator: Simulator) =>
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, simulator.fetch)

for (const [version, SeamHttp, method] of [["1.102.0", Version1, "POST"], ["2.32.0", Version2, "GET"]] as const) {
  Deno.test(`@seamapi/http ${version} lists through the simulator, with every filter, by ${method}`, async () => {
    const simulator = Simulator.make({ workspaces: [other, workspace] })
    await using server = serve(simulator)
    const endpoint = `http://127.0.0.1:${server.addr.port}`
    const clients = [
      SeamHttp.fromApiKey(apiKey, { endpoint }),
      SeamHttp.fromPersonalAccessToken(personalAccessToken, workspace_id, { endpoint })
    ]
    for (const seam of clients) {
      for (const filter of filters) {
        const expected = sessions.filter((session) => ListFilter.matches(filter, session))
        assert.ok(expected.length > 0, "the filter finds something")
        const listed: ReadonlyArray<{ readonly client_session_id: string }> = await seam.clientSessions.list(filter)
        assert.deepEqual(
          listed.map(({ client_session_id }) => client_session_id).sort(),
          expected.map(({ client_session_id }) => client_session_id).sort()
        )
      }
    }
    assert.deepEqual(new Set(simulator.requests.map(({ method }) => method)), new Set([method]))
  })

  Deno.test(`@seamapi/http ${version} finds by null the sessions without a webview or an identity, by ${method}`, async () => {
    const simulator = Simulator.make({ workspaces: [other, workspace] })
    await using server = serve(simulator)
    const { clientSessions } = SeamHttp.fromApiKey(apiKey, { endpoint: `http://127.0.0.1:${server.addr.port}` })
    for (const filter of nullFilters) {
      const expected = sessions.filter((session) => ListFilter.matches(filter, session))
      assert.ok(expected.length > 0 && expected.length < sessions.length, "some, but not all")
      // The types of version 1 don't know of null.
      const parameters: object = filter
      const listed: ReadonlyArray<{ readonly client_session_id: string }> = await clientSessions.list(parameters)
      assert.deepEqual(
        listed.map(({ client_session_id }) => client_session_id).sort(),
        expected.map(({ client_session_id }) => client_session_id).sort()
      )
    }
    assert.deepEqual(new Set(simulator.requests.map(({ method }) => method)), new Set([method]))
    assert.deepEqual(simulator.requests.map(({ filters }) => filters), nullFilters.map((filter) => Object.keys(filter)))
  })

  Deno.test(`@seamapi/http ${version} understands the simulator's refusals`, async () => {
    await using server = serve(Simulator.make({ workspaces: [workspace] }))
    const endpoint = `http://127.0.0.1:${server.addr.port}`
    const unauthorized = {
      name: "SeamHttpUnauthorizedError",
      statusCode: 401,
      requestId: "00000000-0000-4000-8000-000000000001"
    }
    await assert.rejects(
      async () => await SeamHttp.fromApiKey("seam_unknown", { endpoint }).clientSessions.list(),
      unauthorized
    )
    const invalid = {
      name: "SeamHttpInvalidInputError",
      statusCode: 400,
      code: "invalid_input",
      requestId: "00000000-0000-4000-8000-000000000002"
    }
    const repeated: object = { client_session_id: ["a", "b"] }
    await assert.rejects(
      async () => await SeamHttp.fromApiKey(apiKey, { endpoint }).clientSessions.list(repeated),
      invalid
    )
  })
}
