/**
 * Holds each package's tarball against two rules: every module in it is reached from an entry point, and every dependency that it
 * names is imported by a module in it.
 *
 * @module
 */

interface Module {
  readonly specifier: string
  readonly dependencies?: ReadonlyArray<{ readonly specifier: string }>
}

const run = async (command: string, args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const { code, stderr, stdout } = await new Deno.Command(command, { args: [...args], cwd, env: { NO_COLOR: "1" } })
    .output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
  return new TextDecoder().decode(stdout)
}

// What npm wants besides, and what the packer writes for every module: its declarations.
const always = new Set(["package.json", "README.md", "LICENSE"])

let problems = 0
for (const folder of [".", "contract-tests"]) {
  const root = new URL(`../${folder}/`, import.meta.url)
  const { exports, name }: { readonly exports: { readonly [entry: string]: string }; readonly name: string } = JSON
    .parse(
      await Deno.readTextFile(new URL("deno.json", root))
    )
  const reached = new Set<string>()
  const imported = new Set<string>()
  for (const entry of Object.values(exports)) {
    const { modules }: { readonly modules: ReadonlyArray<Module> } = JSON.parse(
      await run(Deno.execPath(), ["info", "--json", entry], root.pathname)
    )
    for (const { dependencies = [], specifier } of modules) {
      if (specifier.startsWith(root.href)) reached.add(specifier.slice(root.href.length).replace(/\.ts$/, ""))
      for (const { specifier } of dependencies) {
        if (!specifier.startsWith(".")) {
          imported.add(specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/"))
        }
      }
    }
  }
  const temporary = await Deno.makeTempDir()
  const tarball = `${temporary}/package.tgz`
  await run(Deno.execPath(), ["pack", "--quiet", "--allow-dirty", "--output", tarball], root.pathname)
  const files = (await run("tar", ["-tzf", tarball], root.pathname)).split("\n")
    .map((file) => file.replace(/^package\//, "")).filter((file) => file !== "" && !file.endsWith("/"))
  const { dependencies = {} }: { readonly dependencies?: { readonly [name: string]: string } } = JSON.parse(
    await run("tar", ["-xzOf", tarball, "package/package.json"], root.pathname)
  )
  await Deno.remove(temporary, { recursive: true })
  const say = (problem: string): void => {
    problems++
    console.error(`${name}: ${problem}`)
  }
  for (const file of files) {
    const module = file.replace(/\.d\.ts$|\.js$|\.ts$/, "")
    if (!always.has(file) && !reached.has(module)) say(`nothing exports ${file}`)
  }
  const packed = new Set(files.map((file) => file.replace(/\.d\.ts$|\.js$|\.ts$/, "")))
  for (const module of reached) if (!packed.has(module)) say(`${module} is missing`)
  for (const dependency of Object.keys(dependencies)) {
    if (!imported.has(dependency)) say(`nothing imports ${dependency}`)
  }
  console.log(`${name}: ${files.length} files, dependencies ${Object.keys(dependencies).join(", ")}`)
}
if (problems > 0) Deno.exit(1)
