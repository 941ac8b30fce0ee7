#include <autodiff/graph/address_space.hpp>

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace seegrad::detail::address_space {

#if defined(__linux__) && UINTPTR_MAX > 0xffff'ffff

namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

// Whole pages within the range: a part of one may hold something else.
auto advise(void* from, std::size_t bytes, int what) -> void {
  constexpr std::uintptr_t page = 4096;
  const auto begin = (reinterpret_cast<std::uintptr_t>(from) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(from) + bytes) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, what);  // advice: it may be refused
}

}  // namespace

auto take() -> void* {
  // Large pages begin at multiples of their size, which a mapping does not.
  auto* p = ::mmap(nullptr, room + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  const auto at = reinterpret_cast<std::uintptr_t>(p), aligned = (at + large_page - 1) / large_page * large_page;
  if (aligned > at) ::munmap(p, aligned - at);
  if (const auto behind = at + large_page - aligned; behind > 0) ::munmap(reinterpret_cast<void*>(aligned + room), behind);
  auto* from = reinterpret_cast<void*>(aligned);
  ::madvise(from, room, MADV_HUGEPAGE);
  return from;
}

auto give_back(void* from) -> void { ::munmap(from, room); }
auto lend_pages(void* from, std::size_t bytes) -> void { advise(from, bytes, MADV_FREE); }
auto drop_pages(void* from, std::size_t bytes) -> void { advise(from, bytes, MADV_DONTNEED); }

#else

auto take() -> void* { return nullptr; }
auto give_back(void*) -> void {}
auto lend_pages(void*, std::size_t) -> void {}
auto drop_pages(void*, std::size_t) -> void {}

#endif

}  // namespace seegrad::detail::address_space
