// The fuzz target, for clang's libFuzzer:
//
//   CXX=clang++ meson setup build-fuzz --buildtype=debugoptimized -Db_lundef=false -Db_sanitize=address,undefined
//     -Dcpp_args=-fsanitize=fuzzer-no-link
//   ninja -C build-fuzz cli/fuzz/fuzz_expression
//   build-fuzz/cli/fuzz/fuzz_expression -max_len=300 -dict=cli/fuzz/words.dict /tmp/corpus cli/fuzz/corpus
//
// What it finds worth keeping goes into cli/fuzz/corpus, which a test replays.

#include <cstddef>
#include <cstdint>

#include "entry.hpp"

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  seegrad::cli::try_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
