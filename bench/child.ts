/**
 * Processes of their own: what one measurement does to the heap and to compiled code doesn't change another's figures.
 *
 * @module
 */

/** A process that runs one of the benchmark's modules, with flags for V8. */
export const child = (module: string, args: ReadonlyArray<string>, flags = ""): Deno.Command =>
  new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      // What Linux tells of a process, Deno shows to those who may do anything.
      "--allow-all",
      ...flags === "" ? [] : [`--v8-flags=${flags}`],
      new URL(module, import.meta.url).pathname,
      ...args
    ],
    stdout: "piped",
    stderr: "inherit"
  })

/** What such a process prints, once it has ended. */
export const printed = async (module: string, args: ReadonlyArray<string>, flags?: string): Promise<string> => {
  const { code, stdout } = await child(module, args, flags).output()
  if (code !== 0) throw new Error(`${module} ${args.join(" ")} ended with ${code}`)
  return new TextDecoder().decode(stdout)
}
