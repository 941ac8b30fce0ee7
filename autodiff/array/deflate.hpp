#pragma once
// Bytes packed by deflate, and their checksum. The format: RFC 1951 and 1952, read and written by zlib. A build without zlib has the checksum alone, and says so
// where something is to be packed or unpacked.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::detail {

/// What deflate stands in: nothing, or the head and the foot of gzip.
enum class deflate_frame { none, gzip };

/// Whether bytes can be packed and unpacked here: zlib may have been left out.
auto can_deflate() -> bool;

/// The pieces as one, packed.
auto deflated(const std::vector<std::string_view>& pieces) -> std::string;

/// Unpacks what comes in parts.
class inflater {
 public:
  explicit inflater(deflate_frame frame);
  ~inflater();

  struct progress {
    std::size_t read, written;
    bool ended;  ///< what was packed is there as a whole
  };
  /// Reads from a part, which may be empty, and writes at most n bytes. Throws what zlib says of bytes that nobody has packed.
  auto run(std::string_view part, char* to, std::size_t n) -> progress;
  /// From now on, what was packed apart.
  auto begin_again() -> void;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// CRC-32 of what has the sum `before`, followed by these bytes; 0 is that of nothing.
auto checksum(std::uint32_t before, const char* from, std::size_t n) -> std::uint32_t;

}  // namespace seegrad::detail
