"""Debian's package: its names, its version and what it needs to be built."""

import re

from build import faults, root, same, text_of, version

control = text_of("debian/control")
newest = re.match(r"seegrad \(([0-9.]+)[-~]", text_of("debian/changelog"))
if not newest or newest[1] != version:
    faults.append(f"debian/changelog is not of version {version}")
soname = ".".join(version.split(".")[: 2 if version.startswith("0.") else 1])
for file in (f"Package: libseegrad{soname}\n", f"libseegrad{soname} (= ${{binary:Version}})"):
    if file not in control:
        faults.append(f"debian/control has no {file.strip()}, as the soname is {soname}")
if not (root / f"debian/libseegrad{soname}.install").is_file():
    faults.append(f"debian/libseegrad{soname}.install is missing")
build_depends = set(re.findall(r"^ ([a-z0-9.+-]+)", control.split("Build-Depends:")[1].split("\n\n")[0], re.M))
listed = set(re.search(r"packages_build=\(([^)]*)\)", text_of("scripts/lib.sh"))[1].split())
by_debian = {"g++", "ninja-build", "ccache", "pkg-config"}
same("Build-Depends of debian/control", build_depends - {"debhelper-compat", "doctest-dev", "pkgconf", "python3"}, listed - by_debian)
