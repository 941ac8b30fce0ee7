"""pyproject.toml: what meson-python is told, and that Debian's, which has no patience, understands it."""

import re
import tomllib

from build import faults, root, same, text_of

project = tomllib.loads(text_of("pyproject.toml"))
given = project["tool"]["meson-python"]["args"]
# meson-python 0.12 takes a key that is missing here for one that it does not know, and builds nothing.
same("pyproject.toml, tool.meson-python.args", set(given), {"dist", "setup", "compile", "install"})
known = set(re.findall(r"^option\('(\w+)'", text_of("meson_options.txt"), re.M))
for option in re.findall(r"^-D(\w+)=", "\n".join(given["setup"]), re.M):
    if option not in known:
        faults.append(f"pyproject.toml: there is no option {option} in meson_options.txt")
for file in (project["project"]["readme"], project["project"]["license"]["file"]):
    if not (root / file).is_file():
        faults.append(f"pyproject.toml: {file} is not there")
