"""The examples of the documentation are programs."""

import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).parents[2]


def test_xor():
    said = subprocess.run([sys.executable, root / "examples" / "python" / "xor.py"], capture_output=True, text=True, check=True).stdout
    assert "gradient of" in said and "PASS" in said
    found = [float(line.split()[-1]) for line in said.splitlines()[-4:]]
    assert [round(p) for p in found] == [0, 1, 1, 0]


def test_the_page(tmp_path, monkeypatch):
    text = (root / "docs" / "python.md").read_text()
    first = re.findall(r"```python\n(.*?)```", text, re.S)[0]
    monkeypatch.chdir(tmp_path)
    exec(compile(first, "docs/python.md", "exec"), {})
    assert (tmp_path / "J.html").exists()
