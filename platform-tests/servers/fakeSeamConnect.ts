/**
 * The vendor's fake server, filled through its own interface, and what its `/devices/list` is declared to do.
 *
 * @module
 */
import { Filter, Operation } from "@seam-effect/contract-tests"
import { createFake } from "@seamapi/fake-seam-connect"

/** A server that was started. */
export interface Started extends AsyncDisposable {
  /** Where it is. */
  readonly url: string
}

/** The vendor's fake with the keys of two workspaces. */
export interface StartedFake extends Started {
  readonly apiKey: string
  readonly otherApiKey: string
}

const deviceTypes = ["august_lock", "schlage_lock", "minut_sensor", "nest_thermostat"] as const
const manufacturers = ["august", "schlage", "minut", "August", "yale ", undefined] as const

/** Starts it with sixty devices in the workspace of one key, and a dozen in that of another. */
export const startFake = async (): Promise<StartedFake> => {
  const fake = await createFake()
  const { seam_apikey1_token: apiKey, seed_workspace_1, seed_workspace_2 } = await fake.seed()
  const otherApiKey = "seam_other_key2"
  fake.database.addApiKey({ workspace_id: seed_workspace_2, name: "the other", token: otherApiKey })
  const fill = (workspace_id: string, count: number): void => {
    const accounts = Array.from({ length: 4 }, (_, at) =>
      fake.database.addConnectedAccount({
        provider: at % 2 === 0 ? "august" : "minut",
        workspace_id,
        user_identifier: { email: `jane${at}@example.com` }
      }).connected_account_id)
    for (let at = 0; at < count; at++) {
      const account = at % 5 === 4 ? undefined : accounts[at % accounts.length]
      const manufacturer = manufacturers[at % manufacturers.length]
      fake.database.addDevice({
        device_type: deviceTypes[at % 7 % deviceTypes.length] ?? "august_lock",
        workspace_id,
        name: `Device ${at}`,
        created_at: new Date(Date.UTC(2026, 0, 1 + at % 20)).toISOString(),
        ...(account !== undefined && { connected_account_id: account }),
        properties: { ...(manufacturer !== undefined && { manufacturer }) }
      })
    }
  }
  fill(seed_workspace_1, 60)
  fill(seed_workspace_2, 12)
  const { server } = await fake.startServer()
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    apiKey,
    otherApiKey,
    [Symbol.asyncDispose]: () => fake.stopServer()
  }
}

const options = {
  path: "/devices/list",
  by: "both",
  items: "devices",
  id: "device_id",
  tenant: "workspace_id",
  order: ["created_at", "device_id"],
  credentials: { variable: "SEAM_API_KEY", otherVariable: "SEAM_OTHER_API_KEY" },
  filters: {
    device_ids: Filter.oneOf("device_id"),
    connected_account_id: Filter.equals("connected_account_id"),
    connected_account_ids: Filter.oneOf("connected_account_id"),
    device_type: Filter.equals("device_type"),
    device_types: Filter.oneOf("device_type"),
    manufacturer: Filter.equals("properties.manufacturer"),
    limit: Filter.limit({ max: 500 })
  }
} as const

/** What its list of devices is published to do, less the filters that it doesn't implement. */
export const devices: Operation.Operation = Operation.make({
  ...options,
  pages: { cursor: "page_cursor", next: "pagination.next_page_cursor" }
})

/** The same, in pages of twenty that are reached as the answer's `next_page_url` says. */
export const devicesByUrl: Operation.Operation = Operation.make({
  ...options,
  by: "query",
  always: { limit: 20 },
  filters: { manufacturer: options.filters.manufacturer },
  pages: ({ body }) => {
    const url: unknown = Reflect.get(Object(Reflect.get(Object(body), "pagination")), "next_page_url")
    // It names the host `localhost`, whatever host was asked.
    return typeof url === "string" ? { url: new URL(url).search } : undefined
  }
})
