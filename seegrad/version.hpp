#pragma once
// Which version this is, for the preprocessor. Versions are semantic (semver.org): before 1.0 the second number changes where programs may have to be
// changed; CHANGELOG.md says how.
//
//   #if SEEGRAD_VERSION_NUMBER >= 100    // 0.1.0

#define SEEGRAD_VERSION_MAJOR 0
#define SEEGRAD_VERSION_MINOR 1
#define SEEGRAD_VERSION_PATCH 0
#define SEEGRAD_VERSION_NUMBER (SEEGRAD_VERSION_MAJOR * 10000 + SEEGRAD_VERSION_MINOR * 100 + SEEGRAD_VERSION_PATCH)
