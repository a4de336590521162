// The workflow of the contract package's README, step by step as it stands, in a folder that is somebody's repository. The package
// is not published yet: a link has the name mean the one in this house.
import assert from "node:assert/strict"
import * as Yaml from "yaml"

const example = new URL("../examples/contract-for-your-api/", import.meta.url)
const contractTests = new URL("../contract-tests", import.meta.url).pathname

interface Step {
  readonly run?: string
  readonly if?: string
}

const readme = await Deno.readTextFile(new URL("../contract-tests/README.md", import.meta.url))
const steps: ReadonlyArray<Step> = Yaml.parse(/```yaml\n([^]*?)```/.exec(readme)?.[1] ?? "").jobs.contract.steps
const commands = steps.flatMap(({ run }) => run === undefined ? [] : [run])

/** Runs the steps in a folder until one fails, as a runner does; the exit code of the last that was run. */
const runSteps = async (folder: string): Promise<number> => {
  const groups: Array<number> = []
  try {
    for (const command of commands) {
      // A step may leave a process behind: it is in the step's group.
      const step = new Deno.Command("setsid", {
        args: ["bash", "-e", "-c", command],
        cwd: folder,
        stdin: "null",
        stdout: "null",
        stderr: "null"
      }).spawn()
      groups.push(step.pid)
      const { code } = await step.status
      if (code !== 0) return code
    }
    return 0
  } finally {
    for (const group of groups) await new Deno.Command("kill", { args: ["--", `-${group}`], stderr: "null" }).output()
  }
}

const repository = async (change: (api: string) => string): Promise<string> => {
  const folder = await Deno.makeTempDir()
  for (const name of ["todos.ts", "accepted.json"]) await Deno.copyFile(new URL(name, example), `${folder}/${name}`)
  const api = await Deno.readTextFile(new URL("api.ts", example))
  await Deno.writeTextFile(`${folder}/api.ts`, change(api))
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({
      links: [contractTests],
      imports: { "@seam-effect/contract-tests": "jsr:@seam-effect/contract-tests@^0.1" }
    })
  )
  return folder
}

const folded = (api: string): string => {
  const changed = api.replace(
    "assignee_id === (value === \"\" ? null : value)",
    "assignee_id?.toLowerCase() === (value === \"\" ? undefined : value?.toLowerCase())"
  )
  assert.notEqual(changed, api)
  return changed
}

for (
  const [what, change, exitCode] of [["that keeps its contract", (api: string) => api, 0], [
    "that folds case",
    folded,
    1
  ]] as const
) {
  Deno.test(`the README's workflow exits with ${exitCode} on an API ${what}, and leaves its report`, async () => {
    assert(commands.length >= 3)
    const folder = await repository(change)
    try {
      assert.equal(await runSteps(folder), exitCode)
      const xml = await Deno.readTextFile(`${folder}/contract.xml`)
      assert.equal(xml.includes("<failure"), exitCode === 1)
      assert((xml.match(/<testcase /g)?.length ?? 0) > 15)
    } finally {
      await Deno.remove(folder, { recursive: true })
    }
  })
}
