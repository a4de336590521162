/**
 * Bundles a Worker as `wrangler` does: esbuild, one ES module, the conditions of `workerd`.
 *
 * @module
 */
// Deno resolves only packages that the program itself imports.
import "effect/Effect"
import * as Esbuild from "npm:esbuild@0.28.2"

/** A Worker in one module. */
export interface Bundle {
  readonly code: string
  /** What went into it, each module with the bytes that it takes up there. */
  readonly modules: ReadonlyArray<{ readonly path: string; readonly bytes: number }>
}

/** How to bundle. */
export interface BundleOptions {
  /** Default: `false`. */
  readonly minify?: boolean
  /** Packages that stay imports. */
  readonly external?: ReadonlyArray<string>
  /** Other contents for modules, by the specifier that imports them. */
  readonly replace?: Readonly<Record<string, string>>
}

/** Bundles the module at the path. */
export const bundle = async (path: string, options: BundleOptions = {}): Promise<Bundle> => {
  const { external = [], minify = false, replace = {} } = options
  const resolve = ({ namespace, path }: Esbuild.OnResolveArgs): Esbuild.OnResolveResult | undefined =>
    external.some((name) => path === name || path.startsWith(`${name}/`))
      ? { path, external: true }
      : namespace === "file" && Object.hasOwn(replace, path)
      ? { path, namespace: "replaced" }
      : /^@?\w/.test(path)
      // As the package says of itself. Left out, it would hold for those modules that another one happens to ask for first.
      ? { path: new URL(import.meta.resolve(path)).pathname, sideEffects: !path.startsWith("effect/") }
      : undefined
  const { metafile, outputFiles: [file] } = await Esbuild.build({
    absWorkingDir: new URL("..", import.meta.url).pathname,
    entryPoints: [path],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
    metafile: true,
    minify,
    write: false,
    plugins: [{
      name: "modules",
      setup: ({ onLoad, onResolve }) => {
        onResolve({ filter: /./ }, (args) => args.kind === "entry-point" ? undefined : resolve(args))
        onLoad({ filter: /./, namespace: "replaced" }, ({ path }) => ({
          contents: replace[path] ?? "",
          loader: "ts",
          resolveDir: "/"
        }))
      }
    }]
  })
  await Esbuild.stop()
  const [output] = Object.values(metafile.outputs)
  return {
    code: file?.text ?? "",
    modules: Object.entries(output?.inputs ?? {})
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes)
  }
}
