#include <autodiff/graph/memory.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace seegrad {
namespace {

// What one thread may keep in a block and how many of them: enough for the records and the adjoints of two nested graphs.
constexpr std::size_t largest_spare = std::size_t{256} << 20;

struct block {
  void* data = nullptr;
  std::size_t bytes = 0;
};

struct spare_blocks {
  std::array<block, 4> blocks;
  ~spare_blocks() {
    for (auto& b : blocks) std::free(b.data);
  }
};
thread_local spare_blocks spare;

// A sweep over a large record touches three places a node; with pages of 4 KiB it would wait for their addresses.
auto ask_for_large_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) -> void {
#ifdef __linux__
  constexpr std::size_t large = std::size_t{2} << 20;
  if (bytes < 2 * large) return;
  const auto begin = (reinterpret_cast<std::uintptr_t>(data) + large - 1) / large * large;
  const auto end = (reinterpret_cast<std::uintptr_t>(data) + bytes) / large * large;
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // advice: it may be refused
#endif
}

auto take(std::size_t bytes) -> block {
  block* best = nullptr;
  for (auto& b : spare.blocks)
    if (b.bytes >= bytes && (!best || b.bytes < best->bytes)) best = &b;
  return best ? std::exchange(*best, block{}) : block{};
}

auto give(block b) -> void {
  if (b.bytes <= largest_spare)
    for (auto& s : spare.blocks)
      if (s.bytes < b.bytes) std::swap(s, b);  // Keeps the largest ones; the smallest falls out at the end.
  std::free(b.data);
}

}  // namespace

buffer::~buffer() { give({data_, bytes_}); }

auto buffer::grow(std::size_t bytes) -> void {
  if (bytes <= bytes_) return;
  if (!data_) return renew(bytes);
  auto* p = std::realloc(data_, bytes);
  if (!p) throw std::bad_alloc{};
  data_ = p, bytes_ = bytes;
  ask_for_large_pages(data_, bytes_);
}

auto buffer::renew(std::size_t bytes) -> void {
  if (bytes <= bytes_) return;
  auto b = take(bytes);
  if (!b.data) {
    b = {std::malloc(bytes), bytes};
    if (!b.data) throw std::bad_alloc{};
    ask_for_large_pages(b.data, bytes);
  }
  give({std::exchange(data_, b.data), std::exchange(bytes_, b.bytes)});
}

auto release_spare_memory() -> void {
  for (auto& b : spare.blocks) std::free(std::exchange(b, block{}).data);
}

}  // namespace seegrad
