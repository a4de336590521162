// The recorded contract against documents that the vendor published with its types, and each of those against the next.
import * as Result from "effect/Result"
import assert from "node:assert/strict"
import { openapi as v1_166 } from "npm:@seamapi/types@1.166.0/connect"
import { openapi as v1_291 } from "npm:@seamapi/types@1.291.0/connect"
import { openapi as v1_490 } from "npm:@seamapi/types@1.490.0/connect"
import { openapi as v1_71 } from "npm:@seamapi/types@1.71.0/connect"
import { openapi as v1_721 } from "npm:@seamapi/types@1.721.0/connect"
import { openapi as v1_977 } from "npm:@seamapi/types@1.977.0/connect"
import * as Yaml from "yaml"
import { Drift, OpenApi } from "../contract-tests/openapi/mod.ts"
import { deviations, document } from "../contract-tests/seam/mod.ts"

const read = (openapi: unknown): OpenApi.OpenApiOperation => Result.getOrThrow(OpenApi.read(openapi, document.where))

/** Every difference but those of words. */
const between = (one: OpenApi.OpenApiOperation, other: OpenApi.OpenApiOperation): ReadonlyArray<string> =>
  Drift.differences(one, other, deviations)
    .filter(({ change }) => change !== "other wording")
    .map(({ change, place, verdict }) => `${verdict}: ${place.split("/").at(-1)} ${change}`)

/** What each version is to a client of the recorded contract, and what it changed since the version before it. */
const versions: ReadonlyArray<{
  readonly version: string
  readonly openapi: unknown
  readonly fromRecorded: ReadonlyArray<string>
  readonly fromBefore: ReadonlyArray<string>
}> = [
  {
    version: "1.71.0",
    openapi: v1_71,
    fromRecorded: [
      "breaks this client: user_identity_id removed",
      "breaks this client: expires_at removed",
      "breaks this client: api_key removed",
      "breaks this client: console_session_with_workspace removed",
      "breaks this client: pat_with_workspace removed",
      "changes a meaning: customer_key removed",
      "changes a meaning: user_identity_id removed",
      "changes a meaning: access_token with seam_workspace added",
      "changes a meaning: client_session_token added",
      "changes a meaning: seam_client_session_token added",
      "changes a meaning: device_count other format",
      "harmless: user_identity_ids no longer deprecated"
    ],
    fromBefore: []
  },
  {
    version: "1.166.0",
    openapi: v1_166,
    fromRecorded: [
      "breaks this client: expires_at removed",
      "changes a meaning: customer_key removed",
      "changes a meaning: user_identity_id removed",
      "changes a meaning: device_count other format",
      "harmless: user_identity_ids no longer deprecated",
      "harmless: console_session_with_workspace other name"
    ],
    fromBefore: [
      "breaks this client: access_token with seam_workspace removed",
      "breaks this client: client_session_token removed",
      "breaks this client: seam_client_session_token removed",
      "changes a meaning: api_key added",
      "changes a meaning: console_session added",
      "changes a meaning: pat_with_workspace added",
      "harmless: user_identity_id added"
    ]
  },
  {
    version: "1.291.0",
    openapi: v1_291,
    fromRecorded: [
      "breaks this client: expires_at removed",
      "changes a meaning: customer_key removed",
      "changes a meaning: user_identity_id removed",
      "harmless: user_identity_ids no longer deprecated",
      "harmless: console_session_with_workspace other name"
    ],
    fromBefore: ["changes a meaning: device_count other format"]
  },
  {
    version: "1.490.0",
    openapi: v1_490,
    fromRecorded: ["changes a meaning: customer_key removed", "harmless: get added", "harmless: customer_id added"],
    fromBefore: [
      "changes a meaning: user_identity_ids now deprecated",
      "harmless: get added",
      "harmless: customer_id added",
      "harmless: expires_at added",
      "harmless: user_identity_id added",
      "harmless: console_session other name"
    ]
  },
  {
    version: "1.721.0",
    openapi: v1_721,
    fromRecorded: ["harmless: get added"],
    fromBefore: ["changes a meaning: customer_id removed", "harmless: customer_key added"]
  },
  { version: "1.977.0", openapi: v1_977, fromRecorded: ["harmless: get added"], fromBefore: [] }
]

Deno.test("differences() tells what the vendor's published versions mean for a client", async (test) => {
  let before = read(v1_71)
  for (const { fromBefore, fromRecorded, openapi, version } of versions) {
    const now = read(openapi)
    await test.step(`the recorded contract, then ${version}`, () => {
      assert.deepEqual(between(document, now), fromRecorded)
    })
    const previous = before
    await test.step(`the version before, then ${version}`, () => {
      assert.deepEqual(between(previous, now), fromBefore)
    })
    before = now
  }
})

Deno.test("check() reads a whole document of the vendor's alike as JSON and as YAML", () => {
  const json = JSON.stringify(v1_721)
  assert(json.length > 1_000_000)
  assert.equal(Drift.check(document, json, deviations).exitCode, 0)
  assert.deepEqual(Drift.check(document, Yaml.stringify(v1_721), deviations), Drift.check(document, json, deviations))
})
