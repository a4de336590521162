/**
 * What the first `deno task list` fetches in a fresh clone, with cold caches: at most 10 packages and 80 MB.
 *
 * @module
 */

const most = { packages: 10, megabytes: 80 }

const run = async (command: string, args: ReadonlyArray<string>, cwd: string, env: Record<string, string> = {}) => {
  const { code, stderr } = await new Deno.Command(command, { args: [...args], cwd, env, stdout: "null" }).output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
}

// What stands on the disk, as `du` counts it: in blocks of 512 bytes.
const sizes = { packages: 0, blocks: 0 }

const measure = async (folder: string): Promise<void> => {
  for await (const { isDirectory, name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`
    if (isDirectory) await measure(path)
    sizes.blocks += (await Deno.stat(path)).blocks ?? 0
    // A package stands in a folder of its version, in one of its name, in one of its registry.
    if (isDirectory && /\/cache\/npm\/[^/]+\/(?:@[^/]+\/)?[^/@]+\/\d+\.\d+\.\d+[^/]*$/.test(path)) sizes.packages++
  }
}

const temporary = await Deno.makeTempDir()
try {
  const clone = `${temporary}/clone`
  await run("git", ["clone", "--quiet", new URL("..", import.meta.url).pathname, clone], temporary)
  await run(Deno.execPath(), ["task", "list"], clone, { DENO_DIR: `${temporary}/cache` })
  await measure(`${temporary}/cache`)
} finally {
  await Deno.remove(temporary, { recursive: true })
}
const megabytes = sizes.blocks / 2048
console.log(`the first list fetches ${sizes.packages} packages, and leaves ${Math.ceil(megabytes)} MB in the cache`)
if (sizes.packages > most.packages || megabytes > most.megabytes || sizes.packages === 0) Deno.exit(1)
