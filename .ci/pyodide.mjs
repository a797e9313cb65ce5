// node pyodide.mjs RUNTIME FILES.TAR pytest's arguments...: pytest in Pyodide, its exit code is ours.
import { readFileSync } from "node:fs";

const [runtime, files, ...options] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const pyodide = await loadPyodide({
  indexURL: runtime,
  env: {
    CI: "true",
    HOME: "/home/pyodide",
    MPLBACKEND: "agg",
    PYTHONPATH: "/project:/project/.ci:/site",
    PYTHONDONTWRITEBYTECODE: "1",
  },
});
const { packages } = JSON.parse(readFileSync(`${runtime}/pyodide-lock.json`));
const wanted = ["numpy", "matplotlib", "pandas", "pyarrow", "scikit-learn", "ipython", "sqlite3"];
await pyodide.loadPackage(wanted.filter((name) => name in packages), { messageCallback() {} });
pyodide.unpackArchive(new Uint8Array(readFileSync(files)), "tar", { extractDir: "/" });
pyodide.FS.chdir("/project");
const main = pyodide.runPython(`
import sys
sys.path_importer_cache.clear()  # the folders of PYTHONPATH were not there when Python started
import pytest
lambda options: int(pytest.main([*options]))
`);
process.exitCode = main(options);
