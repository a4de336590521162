// The command against targets that mean it harm: it ends by itself, within bounds, with an exit code and a sentence.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { main } from "../cli.ts"
import * as Contract from "../engine/Contract.ts"
import * as Seam from "../seam/mod.ts"
import * as Loopback from "./loopback.ts"

const full = Deno.env.get("TEST_FULL") !== undefined

const key = "seam_canary_key1"

const sessionOf = (id: string, more: object = {}): object => ({
  client_session_id: id,
  workspace_id: "w",
  created_at: "2026-01-01T00:00:00.000Z",
  expires_at: "2026-01-02T00:00:00.000Z",
  token: `seam_cst_${id}`,
  user_identifier_key: `user ${id}`,
  device_count: 1,
  connected_account_ids: [],
  connect_webview_ids: [],
  user_identity_ids: [],
  ...more
})

const listOf = (...client_sessions: ReadonlyArray<object>): string => JSON.stringify({ client_sessions, ok: true })

const some = listOf(sessionOf("a"), sessionOf("b"), sessionOf("c"))

const head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n"

/** What a target does with a request, `at` of which came before. */
type Play = (socket: Socket, at: number) => void

/** Sends a piece again and again until the other side has gone. */
const flood = (start: string, piece: string): Play => (socket) => {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on("drain", more)
  socket.write(start)
  more()
}

const answer = (body: string | Uint8Array, more = ""): Play => (socket) => {
  socket.write(`${head}${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n`)
  socket.end(body)
}

const raw = (text: string): Play => (socket) => void socket.end(text)

/** A piece every few milliseconds, for ever. */
const dribble = (start: string, piece: string): Play => (socket) => {
  socket.write(start)
  const timer = setInterval(() => void socket.write(piece), 10)
  socket.on("close", () => clearInterval(timer))
}

/** Each request in turn; the last for all that follow. */
const inTurn = (...plays: ReadonlyArray<Play>): Play => (socket, at) =>
  plays[Math.min(at, plays.length - 1)]?.(socket, at)

const alternating = (...plays: ReadonlyArray<Play>): Play => (socket, at) => plays[at % plays.length]?.(socket, at)

/** A target on this machine, and how many connections to it are open. */
const targeted = async (play: Play) => {
  const sockets = new Set<Socket>()
  let requests = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
    socket.once("data", () => play(socket, requests++))
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const address = server.address()
  assert.ok(typeof address === "object" && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    /** Waits until every connection has been given up. */
    left: async (): Promise<void> => {
      for (const socket of sockets) await new Promise<void>((resolve) => socket.on("close", () => resolve()))
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), "close")
    }
  }
}

const run = async (url: string, args: ReadonlyArray<string>, isTerminal = false) => {
  const said = { stdout: "", stderr: "" }
  const exitCode = await main(["--url", url, "--api-key", key, "--seed", "1", ...args], {}, {
    variable: () => undefined,
    print: (text) => void (said.stdout += text),
    printError: (text) => void (said.stderr += text),
    stdoutIsTerminal: isTerminal,
    stderrIsTerminal: isTerminal,
    onInterrupt: () => () => undefined
  })
  return { exitCode, ...said }
}

const failed = "no answer: the connection failed"
const brokenOff = /no answer: the connection (?:broke off|failed)|then the body broke off/

type Row = readonly [what: string, play: Play, exitCode: number, says: RegExp | string]

const nested = (depth: number): string => `{"client_sessions":[${"[".repeat(depth)}${"]".repeat(depth)}],"ok":true}`

/** Spaces that grow by a thousand times as they are decoded. */
const blanks = new Uint8Array(100_000_000).fill(0x20)

const rows: ReadonlyArray<Row> = [
  ["resets", (socket) => socket.resetAndDestroy(), 2, brokenOff],
  ["closes", raw(""), 2, brokenOff],
  ["speaks SSH", raw("SSH-2.0-OpenSSH_9.9\r\n"), 2, failed],
  ["speaks HTTP/0.9", raw(some), 2, failed],
  ["speaks HTTP/2", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 2, failed],
  ["sends bytes", (socket) => void socket.end(Uint8Array.of(0, 1, 2, 255, 254)), 2, failed],
  ["sends headers without end", flood(head, "x-a: b\r\n".repeat(1000)), 2, failed],
  ["sends a header without end", flood(`${head}x: `, "x".repeat(65_536)), 2, failed],
  ["sends 100 without end", flood("", "HTTP/1.1 100 Continue\r\n\r\n"), 2, brokenOff],
  ["sends 103 without end", flood("", "HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n"), 2, brokenOff],
  ["sends a body without end", flood(`${head}\r\n`, " ".repeat(65_536)), 2, "200, with more than 67108864 bytes"],
  [
    "sends 4 GiB, by their length",
    flood(`${head}content-length: 4294967296\r\n\r\n`, " ".repeat(65_536)),
    2,
    "200, with more than 67108864 bytes"
  ],
  ["sends less than its length", raw(`${head}content-length: 9999\r\n\r\n${some}`), 2, "the body broke off"],
  ["sends a bad chunk", raw(`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`), 2, "the body broke off"],
  [
    "sends a gzip bomb",
    answer(gzipSync(blanks), "content-encoding: gzip\r\n"),
    2,
    "200, with more than 67108864 bytes"
  ],
  ["sends broken gzip", answer(some, "content-encoding: gzip\r\n"), 2, "the body broke off"],
  ["sends a web page", raw("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>"), 2, "which is a web page"],
  ["redirects to itself", raw(`HTTP/1.1 302 Found\r\nlocation: ${Seam.clientSessions.path}\r\n\r\n`), 2, "redirect"],
  ["asks to wait for a year", raw("HTTP/1.1 429 Too Many\r\nretry-after: 31536000\r\n\r\n"), 2, "429"],
  ["nests lists a million deep", answer(nested(1_000_000)), 1, "nested more than 1000 deep"],
  [
    "nests lists in an item",
    answer(some.replace("\"device_count\":1", `"device_count":${"[".repeat(5000)}${"]".repeat(5000)}`)),
    1,
    "nested more than 1000 deep"
  ],
  [
    "lists millions",
    answer(`{"client_sessions":[${"{},".repeat(2_500_000)}{}],"ok":true}`),
    1,
    "more than 2000000 objects and lists"
  ],
  [
    "lists more than can be held",
    answer(listOf(...Array.from({ length: 50_001 }, (_, at) => ({ client_session_id: `${at}` })))),
    2,
    "with more than 50000 items, which is more than the checks can hold"
  ],
  [
    "floods once it has been looked at",
    inTurn(...Array<Play>(6).fill(answer(some)), flood(`${head}\r\n`, " ".repeat(65_536))),
    3,
    "has stopped answering"
  ]
]

// What costs little and is unlike the others; the long tests see all.
const quickly = new Set([
  "resets",
  "speaks SSH",
  "sends headers without end",
  "sends 103 without end",
  "sends a body without end",
  "sends a gzip bomb",
  "sends broken gzip",
  "redirects to itself",
  "asks to wait for a year",
  "nests lists in an item",
  "floods once it has been looked at"
])

for (const [what, play, exitCode, says] of rows.filter(([what]) => full || quickly.has(what))) {
  for (const concurrency of full ? ["1", "8"] : ["1"]) {
    Deno.test(`contract ends with ${exitCode} and a sentence on a target that ${what}, ${concurrency} at a time`, async () => {
      await using target = await targeted(play)
      const said = await run(target.url, [
        "--concurrency",
        concurrency,
        ...exitCode === 2 ? [] : ["--check", "meaning"]
      ])
      const all = said.stdout + said.stderr
      assert.equal(said.exitCode, exitCode, all)
      assert.match(all, says instanceof RegExp ? says : new RegExp(RegExp.escape(says)))
      assert.doesNotMatch(all, /\n\s+at |Uncaught|This is a bug|canary/)
      await target.left()
    })
  }
}

/** The most memory that a process has had, in bytes, as far as it is seen. */
const watchMemory = (pid: number) => {
  let peak = 0
  const timer = setInterval(() => {
    try {
      const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? []
      peak = Math.max(peak, Number(kibibytes ?? 0) * 1024)
    } catch {
      // It has ended.
    }
  }, 20)
  return {
    peak: () => peak,
    [Symbol.dispose]: () => clearInterval(timer)
  }
}

for (const [what, play, exitCode] of rows) {
  Deno.test({
    name: `contract takes less than 768 MiB for a target that ${what}, eight at a time`,
    ignore: !full || Deno.build.os !== "linux",
    fn: async () => {
      await using target = await targeted(play)
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-check", "--allow-all", new URL("../cli.ts", import.meta.url).pathname],
          ...["--url", target.url, "--api-key", key, "--concurrency", "8", "--timeout", "5"]
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "piped"
      }).spawn()
      using memory = watchMemory(child.pid)
      const { code, stderr } = await child.output()
      const said = new TextDecoder().decode(stderr)
      // Checks of the shape fail, too, where all that comes after a while is no answer.
      assert.ok(code === exitCode || code === 1, said)
      assert.doesNotMatch(said, /\n\s+at |Uncaught|This is a bug|canary/)
      assert.ok(memory.peak() > 0 && memory.peak() < 768 * 1024 * 1024, `${memory.peak()} bytes`)
    }
  })
}

// A limit of the command is a whole second. These are asked with less.
const hanging: ReadonlyArray<readonly [what: string, play: Play]> = [
  ["says nothing", () => undefined],
  ["sends its head a byte at a time", dribble("", "H")],
  ["sends its body a byte at a time", dribble(`${head}\r\n{`, " ")],
  ["upgrades", raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")]
]

const limits = { timeout: 40, patience: 500, seed: 1 }

const judge = (url: string, options: Contract.RunOptions) =>
  Effect.runPromiseExit(
    Contract.run(Seam.clientSessions, { url, credential: key, fetch: Loopback.fetchFor(new URL(url)) }, {
      ...limits,
      ...options
    })
  )

for (const [what, play] of hanging) {
  Deno.test(`run() waits no longer than it says for a target that ${what}`, async () => {
    await using target = await targeted(play)
    const exit = await judge(target.url, {})
    assert.ok(Exit.isFailure(exit))
    assert.match(String(exit.cause), /no answer within 40 ms|the connection (?:failed|broke off)/)
    await target.left()
  })
}

for (const concurrency of full ? [1, 8] : [1]) {
  Deno.test(`run() gives up a target that hangs again and again, ${concurrency} at a time`, async () => {
    let requests = 0
    const counted = (play: Play): Play => (socket, request) => {
      requests++
      play(socket, request)
    }
    const healthy = Array<Play>(8).fill(counted(answer(some)))
    await using target = await targeted(
      inTurn(...healthy, alternating(counted(() => undefined), counted(answer(some))))
    )
    const exit = await judge(target.url, { concurrency, checks: ["meaning"] })
    assert.ok(Exit.isSuccess(exit))
    const { checks } = exit.value
    assert.ok(target.requests() < 60 + 100 * concurrency, `${target.requests()} requests`)
    assert.ok(checks.some(({ outcome, why = "" }) => outcome === "unanswered" && /wait for nothing/.test(why)))
    await target.left()
  })
}

for (
  const [coding, compress] of [["gzip", gzipSync], ["x-gzip", gzipSync], ["deflate", deflateSync], [
    "br",
    brotliCompressSync
  ]] as const
) {
  Deno.test(`contract reads ${coding} from a server on this machine, as fetch does`, async () => {
    await using target = await targeted(answer(compress(some), `content-encoding: ${coding}\r\n`))
    const response = await Loopback.fetchFor(new URL(target.url))(new Request(target.url))
    assert.equal(await response.text(), some)
  })
}

// What a target may know of the key, and write.
const spellings: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => btoa(text).replaceAll("=", ""),
  (text) => Array.from(text, (character) => `%${character.charCodeAt(0).toString(16)}`).join(""),
  (text) => Array.from(text, (character) => `&#${character.charCodeAt(0)};`).join(""),
  (text) => Array.from(text).reverse().join(""),
  (text) => `${text.slice(0, 8)}-${text.slice(8)}`
]

const hidden = "\u001b[31m\u202e\u0007]]>\u0000"

/** Where a target can write. */
const places: Readonly<Record<string, (text: string) => Play>> = {
  "a media type": (text) => raw(`HTTP/1.1 200 OK\r\ncontent-type: application/${text}\r\n\r\n${some}`),
  "another media type": (text) => raw(`HTTP/1.1 200 OK\r\ncontent-type: ${text}/${text}\r\n\r\n<html>`),
  "a status text": (text) => raw(`HTTP/1.1 418 ${text}\r\nx-${text}: 1\r\n\r\n`),
  "a Location": (text) => raw(`HTTP/1.1 302 Found\r\nlocation: https://${text}.example/${text}?${text}\r\n\r\n`),
  "a refusal": (text) =>
    raw(`HTTP/1.1 401 No\r\nwww-authenticate: ${text}\r\n\r\n${JSON.stringify({ error: { [text]: text } })}`),
  "the values of sessions": (text) =>
    answer(
      listOf(...["1", "2", "3"].map((at) =>
        sessionOf(text + hidden + at, { user_identifier_key: text + at, connect_webview_ids: [text, text + at] })
      ))
    ),
  "the names of fields": (text) =>
    answer(listOf(sessionOf("a", { [text]: text, [text + hidden]: hidden }), sessionOf("b"))),
  "the envelope": (text) => answer(JSON.stringify({ [text]: text, ok: text, client_sessions: [sessionOf("a")] }))
}

const few = full ? [] : ["--runs", "1", "--check", "meaning", "--check", "wrong_kind_of_auth"]

for (const [place, play] of Object.entries(places).filter((_, at) => full || at % 2 === 0)) {
  Deno.test(`contract shows no key that a target writes into ${place}, in no report`, async () => {
    const junit = await Deno.makeTempFile()
    for (const spell of full ? spellings : spellings.slice(2, 3)) {
      const spelled = spell(key)
      await using target = await targeted(play(spelled))
      const piped = await run(target.url, ["--junit", junit, ...few])
      const asJson = await run(target.url, ["--json", ...few])
      const xml = await Deno.readTextFile(junit)
      const shown = [piped.stdout, piped.stderr, asJson.stdout, asJson.stderr, xml].join("\n")
      assert.ok(shown.length > 50)
      for (const secret of [key, spelled, "canary"]) assert.ok(!shown.includes(secret), `${secret} in ${shown}`)
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(shown, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\n\s+at /)
      if (asJson.stdout !== "") JSON.parse(asJson.stdout)
      const onTerminal = await run(target.url, few, true)
      const printed = onTerminal.stdout + onTerminal.stderr.replaceAll("\r\u001b[K", "")
      assert.ok(!printed.toLowerCase().includes(key), printed)
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(printed, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }
    await Deno.remove(junit)
  })
}
