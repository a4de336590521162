import fc from "fast-check"
import assert from "node:assert/strict"
import { main } from "../../contract-tests/cli.ts"
import type { CheckResult } from "../../contract-tests/engine/Report.ts"
import { mutants } from "../../contract-tests/seam/mutants/Mutants.ts"
import * as Worlds from "../../contract-tests/seam/world.ts"
import { type Outcome, run as runProcess, serving } from "../../src/cli/testing.ts"
import * as World from "../../src/cli/world.ts"
import { type Fault, Simulator } from "../../src/simulator/mod.ts"
import { additions } from "./contract.ts"

/** Runs the command in this process. */
const run = async (
  args: ReadonlyArray<string>,
  { env = {}, stderrIsTerminal = false }: {
    readonly env?: { readonly [name: string]: string }
    readonly stderrIsTerminal?: boolean
  } = {}
): Promise<Outcome> => {
  const said = { stdout: "", stderr: "" }
  const exitCode = await main(args, additions, {
    variable: (name) => env[name],
    print: (text) => void (said.stdout += text),
    printError: (text) => void (said.stderr += text),
    stdoutIsTerminal: true,
    stderrIsTerminal,
    onInterrupt: () => () => undefined
  })
  return { exitCode, ...said }
}

const workspaces = World.make(World.defaults)
const [{ credentials, workspace_id }, other] = workspaces
const [apiKey = "", otherApiKey = ""] = [credentials.apiKeys[0], other?.credentials.apiKeys[0]]

const served = (...faults: ReadonlyArray<Fault>) => serving(Simulator.make({ workspaces, faults }))

const checksIn = (stdout: string): ReadonlyArray<CheckResult> => JSON.parse(stdout).checks

Deno.test("contract passes every check on the embedded simulator, none of them vacuous or skipped", async () => {
  const { exitCode, stderr, stdout } = await run(["--json"])
  assert.deepEqual([exitCode, stderr], [0, ""])
  const checks = checksIn(stdout)
  assert.deepEqual(checks.filter(({ outcome }) => outcome !== "passed"), [])
  const names = checks.map(({ name }) => name)
  for (const name of ["filter_soundness", "oracle", "wrong_kind_of_auth", "error_envelope", "spec_response_names"]) {
    assert(names.includes(name), name)
  }
})

Deno.test("contract passes over HTTP, with nothing known but a URL and keys", async () => {
  await using server = served()
  const args = ["--url", server.url, "--api-key", apiKey, "--other-api-key", otherApiKey, "--runs", "20"]
  const { exitCode, stdout } = await run(args)
  assert.equal(exitCode, 0, stdout)
  assert.match(stdout, /^passed +no_cross_tenant_leak/m)
  assert.match(stdout, /^skipped +oracle/m)
  assert.match(stdout, /\nEvery check held: http:/)
})

Deno.test("contract takes the key from SEAM_API_KEY, or a personal access token with its workspace", async () => {
  await using server = served()
  const args = ["--url", server.url, "--check", "positive_data_acceptance", "--runs", "3"]
  assert.equal((await run(args, { env: { SEAM_API_KEY: apiKey } })).exitCode, 0)
  const [token = ""] = credentials.personalAccessTokens ?? []
  const pat = ["--personal-access-token", token, "--workspace-id", workspace_id]
  // A flag goes before a variable.
  assert.equal((await run([...args, ...pat], { env: { SEAM_API_KEY: "seam_wrong" } })).exitCode, 0)
  assert.equal((await run([...args, "--api-key", "seam_wrong"])).exitCode, 2)
})

Deno.test("contract exits with 1 on a fault, and says how to see it again", async () => {
  await using server = served({ _tag: "IgnoredFilter" })
  const args = ["--url", server.url, "--api-key", apiKey, "--check", "filter_soundness"]
  const { exitCode, stderr, stdout } = await run([...args, "--seed", "4"])
  assert.deepEqual([exitCode, stderr], [1, "The contract does not hold.\n"])
  assert(!stdout.includes(apiKey))
  const [, replay] = /--replay '([^']+)'/.exec(stdout) ?? []
  assert(replay !== undefined)
  const again = await run(["--url", server.url, "--api-key", apiKey, "--replay", replay])
  const caseLine = /^ +case .*$/m
  assert.deepEqual([again.exitCode, caseLine.exec(again.stdout)?.[0]], [1, caseLine.exec(stdout)?.[0]])
})

Deno.test("contract writes JUnit XML", async () => {
  const path = await Deno.makeTempFile({ suffix: ".xml" })
  try {
    const { exitCode } = await run(["--check", "no_duplicates", "--junit", path])
    assert.equal(exitCode, 0)
    assert.match(
      await Deno.readTextFile(path),
      /<testsuite name="the embedded simulator" .* tests="1" failures="0" errors="0"/
    )
  } finally {
    await Deno.remove(path)
  }
})

Deno.test("contract shows progress on a terminal, and only there", async () => {
  const args = ["--check", "no_duplicates", "--runs", "2"]
  assert.match(
    (await run(args, { stderrIsTerminal: true })).stderr,
    /1 of 1, \d+ requests; the last no_duplicates: passed/
  )
  assert.equal((await run(args)).stderr, "")
})

Deno.test("contract --check runs a spec check too", async () => {
  const { exitCode, stdout } = await run(["--json", "--check", "spec_request_names"])
  assert.equal(exitCode, 0)
  assert.deepEqual(checksIn(stdout).map(({ name }) => name), ["spec_request_names"])
})

Deno.test("contract --drift compares documents and asks no server", async () => {
  const recorded = new URL("../../contract-tests/seam/contract/openapi.json", import.meta.url).pathname
  const same = await run(["--drift", recorded])
  assert.deepEqual([same.exitCode, same.stderr], [0, ""])
  const path = await Deno.makeTempFile({ suffix: ".json" })
  try {
    await Deno.writeTextFile(path, (await Deno.readTextFile(recorded)).replaceAll("\"created_at\"", "\"made_at\""))
    assert.equal((await run(["--drift", path])).exitCode, 1)
    await Deno.writeTextFile(path, "{}")
    assert.equal((await run(["--drift", path])).exitCode, 2)
  } finally {
    await Deno.remove(path)
  }
})

for (
  const [what, args, message] of [
    ["a server without credentials", ["--url", "http://127.0.0.1:9"], /SEAM_API_KEY/],
    [
      "two credentials",
      ["--url", "http://127.0.0.1:9", "--api-key", "seam_a", "--personal-access-token", "seam_at1"],
      /not both/
    ],
    [
      "a token without a workspace",
      ["--url", "http://127.0.0.1:9", "--personal-access-token", "seam_at1"],
      /--workspace-id/
    ],
    ["a key with a line break", ["--url", "http://127.0.0.1:9", "--api-key", "seam_a\nb"], /header/],
    ["what is no URL", ["--url", "seam_a"], /^--url needs/],
    ["another scheme", ["--url", "file:///seam_a"], /^--url needs/],
    ["an unknown check", ["--check", "seam_a"], /^There is no check like that\. There are: .*filter_soundness/],
    ["a replay id that is none", ["--replay", "seam_a"], /^--replay needs the id/],
    ["a document that isn't there", ["--drift", "/nowhere/seam_a"], /^The file after --drift .*: it is not there\.$/m],
    ["a document that is a folder", ["--drift", "/"], /^The file after --drift can't be used: it may be no file\.$/m],
    ["no runs at all", ["--runs", "0"], /^Expected 1 or more after --runs\./],
    ["runs that are no number", ["--runs", "seam_a"], /^Expected 1 or more after --runs\./],
    ["a seed that is none", ["--seed", "seam_a"], /^Expected a whole number after --seed\./],
    ["an argument", ["seam_a"], /^contract takes nothing but flags/],
    ["a flag that there is not", ["--seam_a"], /^contract has no such flag/]
  ] as const
) {
  Deno.test(`contract refuses ${what} with exit code 2`, async () => {
    const { exitCode, stderr, stdout } = await run(args)
    assert.deepEqual([exitCode, stdout], [2, ""])
    assert.match(stderr, message)
    assert(!stderr.includes("seam_a"))
  })
}

Deno.test("contract exits with 2 where the report, which it has printed, can't be written", async () => {
  const { exitCode, stderr, stdout } = await run(["--check", "no_duplicates", "--junit", "/nowhere/seam_a"])
  assert.equal(exitCode, 2)
  assert.match(stdout, /no_duplicates/)
  assert.match(stderr, /^The file after --junit/m)
  assert(!(stdout + stderr).includes("seam_a"))
})

Deno.test("contract holds a server to what its page doesn't say only if told to", async () => {
  const [world] = fc.sample(Worlds.world({ sessions: 30 }), { seed: 2, numRuns: 1 })
  const mutant = mutants.find(({ name }) => name === "no_request_id")
  assert(world !== undefined && mutant !== undefined)
  await using server = serving({ fetch: mutant.serve(world) })
  const args = ["--url", server.url, "--api-key", world.workspaces[0]?.api_key ?? "", "--runs", "20"]
  const plain = await run(args)
  assert.equal(plain.exitCode, 0, plain.stdout)
  assert(!plain.stdout.includes("request_id_present"))
  const strict = await run([...args, "--conventions"])
  assert.equal(strict.exitCode, 1)
  assert.match(strict.stdout, /^failed +request_id_present/m)
})

Deno.test("contract exits with 3 where a check is vacuous, and with 0 where that is allowed", async () => {
  await using server = serving(Simulator.make({ workspaces: [{ ...workspaces[0], sessions: [] }] }))
  const args = ["--url", server.url, "--api-key", apiKey, "--check", "filter_completeness"]
  const { exitCode, stderr, stdout } = await run(args)
  assert.deepEqual([exitCode, stderr], [
    3,
    "Nothing failed, but something is vacuous, unanswered, not reproduced, or was not asked or skipped though it was asked for.\n"
  ])
  assert.match(stdout, /^vacuous +filter_completeness/m)
  assert.equal((await run([...args, "--allow-vacuous"])).exitCode, 0)
})

Deno.test("contract says what it needs leave for", async () => {
  const { exitCode, stderr } = await runProcess(["contract", "--url", "http://127.0.0.1:9"], {}, [
    "--allow-net",
    "--allow-read",
    "--allow-env=LOG_TOKENS,LOG_STREAM"
  ])
  assert.equal(exitCode, 2)
  assert.match(stderr, /^SEAM_API_KEY could not be read.*--allow-env/)
})

Deno.test("contract finds each of some faults over HTTP, with nothing known but a URL and a key", async (test) => {
  const [world] = fc.sample(Worlds.world({ sessions: 60 }), { seed: 2, numRuns: 1 })
  const [own] = world?.workspaces ?? []
  assert(world !== undefined && own !== undefined)
  for (
    const name of [
      "or_instead_of_and",
      "first_page_only",
      "other_workspace_by_key",
      "requests_mixed",
      "status_422",
      "no_request_id"
    ]
  ) {
    await test.step(name, async () => {
      const mutant = mutants.find((mutant) => mutant.name === name)
      assert(mutant !== undefined)
      await using server = serving({ fetch: mutant.serve(world) })
      for (const check of mutant.caughtBy) {
        const { exitCode, stdout } = await run([
          "--url",
          server.url,
          "--api-key",
          own.api_key,
          "--check",
          check,
          "--conventions",
          "--json"
        ])
        assert.deepEqual([exitCode, checksIn(stdout)[0]?.outcome], [1, "failed"])
      }
    })
  }
})
