#pragma once
// Memory for arrays, which outlives them.
//
// A training step makes and drops the same few hundred arrays again and again. Blocks that are given back are kept by the thread that
// gave them back, in classes of size, and handed out again: a step after the first asks the system for nothing. Blocks begin at
// multiples of 64 bytes, and large ones ask for large pages. Under a memory sanitizer nothing is kept, so that it sees every mistake.

#include <cstddef>
#include <cstdint>

namespace seegrad::detail::pool {

struct block {
  void* data;
  std::uint32_t size_class;
};

/// At least `bytes`. Throws std::bad_alloc.
auto take(std::size_t bytes) -> block;
/// A block of the same class as another.
auto take_like(std::uint32_t size_class) -> block;
auto give(block b) noexcept -> void;

/// The same for those who remember how many bytes they asked for. Throws std::bad_alloc.
auto take_bytes(std::size_t bytes) -> void*;
auto give_bytes(void* p, std::size_t bytes) noexcept -> void;

/// Bytes of this thread's blocks: handed out, the most that ever were at once since reset_peak, and kept for later.
struct use {
  std::ptrdiff_t live, peak, spare;
};
auto in_use() -> use;
auto reset_peak() -> void;

/// Frees what this thread keeps.
auto release() noexcept -> void;

}  // namespace seegrad::detail::pool
