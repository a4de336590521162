import * as CliOutput from "effect/cli/CliOutput"
import assert from "node:assert/strict"
import type { ClientSessionEncoded } from "../ClientSession.ts"
import { ListFilter } from "../ListFilter.ts"
import { type Fault, Simulator, type Workspace } from "../simulator/mod.ts"
import { run, runOnTerminal, serving, spawn } from "./testing.ts"

const apiKey = "seam_secretkey"

const workspaceOf = (sessions: ReadonlyArray<ClientSessionEncoded>): Workspace => ({
  workspace_id: "w1",
  credentials: { apiKeys: [apiKey] },
  sessions
})

const [generated] = Simulator.generate({ seed: 5, sessions: 12 })
assert.ok(generated !== undefined)
const { sessions } = generated
const sample = sessions.find(({ user_identifier_key }) => user_identifier_key !== null)
assert.ok(sample !== undefined)

const served = (...faults: ReadonlyArray<Fault>) => {
  const simulator = Simulator.make({ workspaces: [workspaceOf(sessions)], faults })
  return { simulator, ...serving(simulator) }
}

const idsIn = (stdout: string): ReadonlyArray<string> =>
  JSON.parse(stdout).client_sessions.map((session: ClientSessionEncoded) => session.client_session_id)

Deno.test("list prints the contract's JSON in a pipe, without tokens", async () => {
  await using server = served()
  const { exitCode, stderr, stdout } = await run(["list"], { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url })
  assert.deepEqual([exitCode, stderr], [0, ""])
  const { client_sessions, ok } = JSON.parse(stdout)
  assert.equal(ok, true)
  assert.equal(client_sessions.length, sessions.length)
  for (const listed of client_sessions) {
    const given = sessions.find((session) => session.client_session_id === listed.client_session_id)
    assert.ok(given !== undefined)
    const { created_at, token: _, ...rest } = given
    assert.deepEqual(listed, { ...rest, created_at: `${created_at.slice(0, 23)}Z` })
  }
  assert.doesNotMatch(stdout, /seam_cst/)
})

Deno.test("list prints tokens only with --show-tokens", async () => {
  await using server = served()
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
  const { stdout } = await run(["list", "--show-tokens"], env)
  const tokens = JSON.parse(stdout).client_sessions.map(({ token }: ClientSessionEncoded) => token)
  assert.deepEqual(tokens.toSorted(), sessions.map(({ token }) => token).toSorted())
  const table = await runOnTerminal(["list", "--show-tokens"], { columns: 80, env })
  assert.ok(sessions.every(({ token }) => table.stdout.includes(`\n  ${token}\n`)))
})

Deno.test("list without credentials lists the embedded simulator's, and says so", async () => {
  const { exitCode, stderr, stdout } = await run(["list", "--user-identifier-key", "jane_doe"])
  assert.equal(exitCode, 0)
  assert.match(stderr, /^No credentials set: .*simulator.*SEAM_API_KEY.*\n$/)
  assert.ok(idsIn(stdout).includes("a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc"))
})

/** Lists with the flags, in this process. */
const listed = (url: string, ...flags: ReadonlyArray<string>) =>
  runOnTerminal(["list", "--json", "--endpoint", url, ...flags], { columns: 80, env: { SEAM_API_KEY: apiKey } })

const assertLists = (stdout: string, filter: ListFilter, message: string): void => {
  const expected = sessions.filter((session) => ListFilter.matches(filter, session))
  assert.ok(expected.length > 0 && expected.length < sessions.length, message)
  assert.deepEqual(
    idsIn(stdout).toSorted(),
    expected.map(({ client_session_id }) => client_session_id).toSorted(),
    message
  )
}

Deno.test("list sends what the flags say, spelled either way", async () => {
  await using server = served()
  const jane = sessions.find(({ connect_webview_ids, user_identifier_key, user_identity_id }) =>
    user_identifier_key !== null && user_identity_id !== undefined && connect_webview_ids.length > 0
  )
  assert.ok(jane !== undefined)
  const filters: ReadonlyArray<ListFilter> = [
    { client_session_id: jane.client_session_id },
    { connect_webview_id: jane.connect_webview_ids[0] ?? "" },
    { user_identifier_key: jane.user_identifier_key ?? "" },
    { user_identity_id: jane.user_identity_id ?? "" },
    { without_user_identifier_key: true }
  ]
  for (const filter of filters) {
    for (const [name, value] of Object.entries(filter)) {
      for (const spelled of [name, name.replaceAll("_", "-")]) {
        const flag = value === true ? [`--${spelled}`] : [`--${spelled}`, value]
        const { stdout } = await listed(server.url, ...flag)
        assertLists(stdout, filter, flag.join(" "))
        assert.deepEqual(server.simulator.requests.at(-1)?.filters, [name])
      }
    }
  }
})

for (
  const [flag, filter] of [
    ["--without-connect-webview", { connect_webview_id: null }],
    ["--without-user-identity", { user_identity_id: null }]
  ] as const
) {
  Deno.test(`list ${flag} sends ${JSON.stringify(filter)}`, async () => {
    const bodies: Array<unknown> = []
    await using server = serving({
      fetch: async (request) => {
        bodies.push(await request.json())
        return Response.json({ client_sessions: [], ok: true })
      }
    })
    assert.equal((await listed(server.url, flag)).exitCode, 0)
    assert.equal((await listed(server.url, `${flag}=false`)).exitCode, 0)
    assert.deepEqual(bodies, [filter, {}])
  })

  Deno.test(`list ${flag} lists those that have none`, async () => {
    await using server = served()
    assertLists((await listed(server.url, flag)).stdout, filter, flag)
  })
}

const hostileBody =
  "{\"error\":{\"type\":\"seam_secretkey\",\"message\":\"a\\u001b[2J\\nb\\u009b\"}}\nRequest id: forged\u001b[1A"

const failures: ReadonlyArray<readonly [fault: Fault, exitCode: number, message: RegExp]> = [
  [{ _tag: "EchoedCredential", status: 401 }, 3, /401/],
  [{ _tag: "EchoedCredential", status: 400 }, 4, /400/],
  [{ _tag: "Answer", status: 400, body: hostileBody }, 4, /400/],
  [{ _tag: "RateLimited", retryAfter: "0" }, 5, /429/],
  [{ _tag: "HtmlPage", status: 501 }, 5, /501/],
  [{ _tag: "Answer", status: 418, body: "seam_secretkey" }, 5, /418/],
  [{ _tag: "Redirect", location: "https://example.com/?seam_secretkey" }, 5, /307/],
  [{ _tag: "MalformedJson" }, 7, /JSON/],
  [{ _tag: "WrongField", field: "device_count", value: "seam_cst1secret" }, 7, /device_count/],
  [{ _tag: "IgnoredFilter" }, 7, /user_identifier_key/]
]

for (const [fault, expected, message] of failures) {
  Deno.test(`list exits with ${expected} in few words of ours after ${Deno.inspect(fault, { breakLength: 200 })}`, async () => {
    await using server = served(fault)
    const key = sample.user_identifier_key ?? "nobody"
    const { exitCode, stderr, stdout } = await run(["list", "--user-identifier-key", key], {
      SEAM_API_KEY: apiKey,
      SEAM_ENDPOINT: server.url
    })
    assert.deepEqual([exitCode, stdout], [expected, ""], stderr)
    const [first = "", second, ...rest] = stderr.trimEnd().split("\n")
    assert.match(first, message)
    assert.match(second ?? "", /^Request id: [0-9a-f-]{36}$/)
    assert.deepEqual(rest, [])
    assert.doesNotMatch(stderr, /secret|forged|html/i)
    assert.ok(server.simulator.requests.length > 0)
  })
}

Deno.test("list --show-answer shows what the server wrote, where nothing of it can pass for the command's", async () => {
  await using server = serving({ fetch: () => new Response(hostileBody, { status: 400 }) })
  const { exitCode, stderr } = await run(["list", "--show-answer"], {
    SEAM_API_KEY: apiKey,
    SEAM_ENDPOINT: server.url
  })
  assert.equal(exitCode, 4)
  const [first = "", title, ...quoted] = stderr.trimEnd().split("\n")
  assert.match(first, /400/)
  assert.equal(title, "What the server wrote, or the start of it:")
  assert.deepEqual(quoted, [
    "  | {\"error\":{\"type\":\"seam_secretkey\",\"message\":\"a\\u001b[2J\\nb\\u009b\"}}",
    "  | Request id: forged\\u001b[1A"
  ])
})

Deno.test("list --show-answer breaks a long line where a terminal would, and only there", async () => {
  await using server = serving({ fetch: () => new Response("x".repeat(100), { status: 400 }) })
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
  const show = (stderrIsTerminal: boolean) =>
    runOnTerminal(["list", "--show-answer"], { columns: 60, env, stderrIsTerminal })
  assert.match((await show(true)).stderr, /\n {2}\| x{56}\n {2}\| x{44}\n$/)
  assert.match((await show(false)).stderr, /\n {2}\| x{100}\n$/)
})

Deno.test("list exits with 6 when there is nobody to connect to, and --show-answer shows what the runtime says", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  const { port } = listener.addr
  listener.close()
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: `http://127.0.0.1:${port}` }
  const { exitCode, stderr, stdout } = await run(["list"], env)
  assert.deepEqual([exitCode, stdout], [6, ""])
  assert.match(stderr, /^The connection to Seam failed .*--show-answer.*\n$/)
  assert.ok(!stderr.includes(String(port)))
  const shown = await run(["list", "--show-answer"], env)
  assert.match(shown.stderr, /^The connection .*\nWhat the runtime says of the connection:\n( {2}\| .*\n)+$/)
  assert.ok(shown.stderr.includes(String(port)))
})

Deno.test("list with a wrong key exits with 3 and says what to do", async () => {
  await using server = served()
  const { exitCode, stderr } = await run(["list"], { SEAM_API_KEY: "seam_wrongkey", SEAM_ENDPOINT: server.url })
  assert.equal(exitCode, 3)
  assert.match(stderr, /check that the key is current/)
  assert.doesNotMatch(stderr, /seam_wrongkey/)
})

Deno.test("list says which variable it needs leave to read", async () => {
  const { exitCode, stderr, stdout } = await run(["list"], {}, ["--allow-net"])
  assert.deepEqual([exitCode, stdout], [2, ""])
  assert.match(stderr, /^SEAM_\w+ could not be read: .*--allow-env=SEAM_/)
})

Deno.test("list shows the embedded simulator's sessions only if no flag and no variable says what to list", async () => {
  const on = async (flags: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
    (await runOnTerminal(["list", ...flags], { columns: 80, env })).exitCode
  assert.equal(await on([], {}), 0)
  assert.equal(await on([], { SEAM_API_KEY: "", SEAM_ENDPOINT: "" }), 0)
  assert.equal(await on(["--endpoint", "http://127.0.0.1:3020"], {}), 2)
  assert.equal(await on([], { SEAM_ENDPOINT: "http://127.0.0.1:3020" }), 2)
  assert.equal(await on([], { SEAM_WORKSPACE_ID: "w1" }), 2)
  assert.equal(await on([], { SEAM_PERSONAL_ACCESS_TOKEN: "seam_at1" }), 2)
})

const mistakes: ReadonlyArray<
  readonly [args: ReadonlyArray<string>, env: Readonly<Record<string, string>>, message: RegExp]
> = [
  [["--user-identifier-key", ""], {}, /user_identifier_key.*non-empty/],
  [["--user-identifier-key"], {}, /^Expected a value after --user-identifier-key/],
  [["--user-identifer-key", "jane_doe"], {}, /^list has no such flag. Did you mean --user-identifier-key\?/],
  [["--user-identifier-key", "a", "--user_identifier_key", "b"], {}, /^Give --user-identifier-key only once/],
  [["--without-user-identifier-key=maybe"], {}, /^Expected true, false or nothing after --without-user-identifier-key/],
  [
    ["--connect-webview-id", "a", "--without-connect-webview"],
    {},
    /-id and --without-connect-webview exclude each other/
  ],
  [["--without-user-identity", "--user-identity-id", ""], {}, /-id and --without-user-identity exclude each other/],
  [["jane_doe"], {}, /^list takes nothing but flags/],
  [["--", "--user-identifier-key", "jane_doe"], {}, /^list takes nothing but flags/],
  [[], { SEAM_API_KEY: "" }, /Set SEAM_API_KEY/],
  [[], { SEAM_PERSONAL_ACCESS_TOKEN: "seam_at1secretkey" }, /SEAM_PERSONAL_ACCESS_TOKEN/],
  [[], { SEAM_API_KEY: "", SEAM_PERSONAL_ACCESS_TOKEN: "seam_at1secretkey" }, /SEAM_WORKSPACE_ID/],
  [[], { SEAM_API_KEY: "seam_cst1secretkey" }, /client session token/],
  [["--endpoint", "ftp://secretkey.example.com"], {}, /endpoint/],
  [["--endpoint", "http://secretkey.example.com"], {}, /https/],
  [["--endpoint", ""], {}, /endpoint/]
]

for (const [args, env, message] of mistakes) {
  Deno.test(`list ${args.map((arg) => JSON.stringify(arg)).join(" ")} with ${JSON.stringify(env)} sends nothing and exits with 2`, async () => {
    await using server = served()
    const { exitCode, stderr, stdout } = await runOnTerminal(["list", ...args], {
      columns: 80,
      env: { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url, ...env }
    })
    assert.deepEqual([exitCode, stdout], [2, ""])
    assert.match(stderr, message)
    assert.ok(stderr.trimEnd().split("\n").length <= 2, stderr)
    assert.doesNotMatch(stderr, /secretkey|jane_doe|maybe|(?!\n)\p{Cc}/u)
    assert.deepEqual(server.simulator.requests, [])
  })
}

Deno.test("list --help shows examples, and exits with 0", async () => {
  const { exitCode, stderr, stdout } = await run(["list", "--help"])
  assert.deepEqual([exitCode, stderr], [0, ""])
  assert.match(stdout, /EXAMPLES[^]*deno task list --user-identifier-key jane_doe/)
  for (const name of ListFilter.names) assert.match(stdout, new RegExp(`--${name.replaceAll("_", "-")}, --${name}`))
})

Deno.test("list ends quietly when nobody reads what it prints", async () => {
  const child = spawn(["list"])
  await child.stdout.cancel()
  const { code, signal } = await child.status
  assert.deepEqual([code, signal], [0, null])
  assert.match(await new Response(child.stderr).text(), /^No credentials set: .*\n$/)
})

Deno.test("list ends on Ctrl-C with 130 and no word", async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  await using server = serving({
    fetch: () => {
      resolve()
      return new Promise(() => {})
    }
  })
  const child = spawn(["list"], { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url })
  await asked
  child.kill("SIGINT")
  const { code, stderr, stdout } = await child.output()
  assert.equal(code, 130)
  assert.equal(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "")
})

const hostile: ReadonlyArray<string> = [
  "jane_doe",
  "田中花子".repeat(5),
  "שלום_עולם",
  "مستخدم",
  "e\u0301\u0302\u0303".repeat(30),
  "\u0301lead",
  "👩‍👩‍👧‍👦👍🏽🇩🇪",
  "bell\u0007 erase\u001b[2J\u009b31m tab\t line\nbreak\r\u2028",
  "reversed\u202etxt.exe\u2069",
  "invisible\u200b\u2060\ufeff\u{e0041}",
  "half\ud800",
  "x".repeat(500),
  " "
]

const hostileSessions = hostile.map((user_identifier_key, index) => ({
  ...sample,
  client_session_id: `f00d${String(index).padStart(4, "0")}-0000-4000-8000-000000000000`,
  user_identifier_key
}))

for (const columns of [200, 120, 80, 60, 45, 30, 12]) {
  Deno.test(`list prints a table that fits ${columns} columns, whatever the keys are`, async () => {
    await using server = serving(Simulator.make({ workspaces: [workspaceOf(hostileSessions)] }))
    const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
    const { exitCode, stderr, stdout } = await runOnTerminal(["list"], { columns, env })
    assert.deepEqual([exitCode, stderr], [0, ""])
    assert.match(stdout, new RegExp(`\n\n${hostile.length} client sessions`))
    const [header = "", ...rows] = stdout.split("\n").slice(0, hostile.length + 1)
    // Isolates are all of the invisible there may be, and they come in pairs.
    assert.doesNotMatch(stdout, /(?![\n\u200d\u2068\u2069])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    const before = header.indexOf("id")
    rows.forEach((row, index) => {
      assert.ok(CliOutput.displayWidth(row) <= columns, row)
      assert.equal(row.split("\u2068").length, row.split("\u2069").length)
      const at = row.indexOf(`f00d${String(index).padStart(4, "0")}`)
      assert.equal(CliOutput.displayWidth(row.slice(0, at)), before, row)
    })
  })
}

Deno.test("list shows whole IDs, dates and as much of the user as fits", async () => {
  await using server = serving(
    Simulator.make({ workspaces: [workspaceOf([{ ...sample, user_identifier_key: null }])] })
  )
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
  const { client_session_id: id, created_at, device_count, expires_at } = sample
  const minute = (date: string) => date.slice(0, 16).replace("T", " ")
  const wide = await runOnTerminal(["list"], { columns: 120, env })
  assert.equal(
    wide.stdout,
    `created           expires           user  devices  id
${minute(created_at)}  ${minute(expires_at)}  -     ${String(device_count).padEnd(7)}  ${id}

1 client session, times in UTC
`
  )
  const narrow = await runOnTerminal(["list"], { columns: 80, env })
  assert.equal(
    narrow.stdout.split("\n").at(1),
    `${created_at.slice(0, 10)} ${expires_at.slice(0, 10)} -    ${String(device_count).padEnd(7)} ${id}`
  )
})

Deno.test("list says when there are none", async () => {
  await using server = serving(Simulator.make({ workspaces: [workspaceOf([])] }))
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
  assert.equal((await runOnTerminal(["list"], { columns: 80, env })).stdout, "No client sessions.\n")
  const { stdout } = await runOnTerminal(["list", "--json"], { columns: 80, env })
  assert.deepEqual(JSON.parse(stdout), { client_sessions: [], ok: true })
})

Deno.test("list --json on a terminal is the same JSON, with nothing that the terminal would obey", async () => {
  await using server = serving(Simulator.make({ workspaces: [workspaceOf(hostileSessions)] }))
  const env = { SEAM_API_KEY: apiKey, SEAM_ENDPOINT: server.url }
  const { stdout } = await runOnTerminal(["list", "--json"], { columns: 80, env })
  assert.deepEqual(
    JSON.parse(stdout).client_sessions.map(({ user_identifier_key }: ClientSessionEncoded) => user_identifier_key),
    hostile
  )
  assert.doesNotMatch(stdout, /[\u007f-\u009f\u202e]/)
})
