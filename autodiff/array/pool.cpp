#include <autodiff/array/pool.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/array.hpp>
#include <autodiff/array/platform.hpp>
#include <bit>
#include <cstdio>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace seegrad::detail::pool {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool keeps = false;
#else
constexpr bool keeps = true;
#endif
#else
constexpr bool keeps = true;
#endif

constexpr std::size_t alignment = 64, large_page = std::size_t{2} << 20;

// A class holds a round number of bytes beside an array's header: 2^k * (1 + j/4), and from 64 KiB on, where what is left over counts,
// 2^k * (1 + j/16).
constexpr std::size_t beside = 192;
static_assert(sizeof(array_body) <= beside);
constexpr unsigned smallest_log = 6, fine_log = 16, largest_log = sizeof(std::size_t) < 8 ? 31 : 48;
constexpr std::size_t coarse = 4 * (fine_log - smallest_log), classes = coarse + 16 * (largest_log - fine_log);

auto bytes_of(std::size_t c) -> std::size_t {
  if (c < coarse) return beside + ((std::size_t{4} + c % 4) << (smallest_log - 2 + c / 4));
  const auto f = c - coarse;
  return beside + ((std::size_t{16} + f % 16) << (fine_log - 4 + f / 16));
}

auto class_of(std::size_t bytes) -> std::size_t {
  if (bytes <= bytes_of(0)) return 0;
  const auto last = bytes - beside - 1;
  const auto top = static_cast<std::size_t>(std::bit_width(last)) - 1;  // 2^top <= last < 2^(top + 1)
  const auto over = last - (std::size_t{1} << top);
  return top < fine_log ? 4 * (top - smallest_log) + (over >> (top - 2)) + 1
                        : coarse + 16 * (top - fine_log) + (over >> (top - 4)) + 1;
}

struct free_block {
  free_block* next;
};

// A library that is opened late finds little room for what each thread has; so only the heads of the lists that matter are there.
constexpr std::size_t near_classes = coarse + 8;

struct lists {
  std::array<free_block*, near_classes> near{};
  free_block** far = nullptr;                   // the others, made when one is wanted
  std::ptrdiff_t live = 0, peak = 0, held = 0;  // bytes; what is held and not live is spare
  bool registered = false;
  bool gone = false;  // Arrays in static storage may outlive the thread's lists.
};
constinit thread_local lists mine;

struct at_exit {
  ~at_exit() {
    release();
    mine.gone = true;
    std::free(std::exchange(mine.far, nullptr));
  }
};

// As std::bad_alloc, which callers look for, and with a sentence for those who only show it.
class no_room : public std::bad_alloc {
 public:
  explicit no_room(std::size_t bytes) {
    std::snprintf(text_.data(), text_.size(), "array: there is no memory for %.0f MB", static_cast<double>(bytes) / 1e6);
  }
  auto what() const noexcept -> const char* override { return text_.data(); }

 private:
  std::array<char, 64> text_{};
};

auto class_for(std::size_t bytes) -> std::size_t {
  const auto c = class_of(bytes);
  if (c >= classes) throw no_room(bytes);
  return c;
}

auto fresh(std::size_t bytes) -> void* {
  const auto align = bytes >= 2 * large_page ? large_page : alignment;
  void* p = detail::take_aligned(align, (bytes + align - 1) / align * align);
  if (!p) throw no_room(bytes);
#ifdef __linux__
  // Advice, which may be refused. What is left at the end stays on small pages, of which only those that are used take memory.
  if (align == large_page) ::madvise(p, bytes / large_page * large_page, MADV_HUGEPAGE);
#endif
  return p;
}

[[gnu::noinline]] auto register_exit() -> void {
  thread_local at_exit last_act;
  (void)last_act;
  mine.registered = true;
}

[[gnu::noinline]] auto far_head(std::size_t c) noexcept -> free_block** {
  if (!keeps || mine.gone) return nullptr;
  if (!mine.registered) register_exit();
  if (!mine.far) mine.far = static_cast<free_block**>(std::calloc(classes - near_classes, sizeof(free_block*)));
  return mine.far ? mine.far + (c - near_classes) : nullptr;
}
/// Null where there is no memory for it.
auto head_of(std::size_t c) noexcept -> free_block** {
  if (c < near_classes) [[likely]]
    return &mine.near[c];
  return far_head(c);
}

}  // namespace

auto take(std::size_t bytes) -> block {
  const auto c = class_for(bytes);
  // A block that is kept anyway may be a quarter larger.
  if (c >= coarse)
    for (auto larger = c; larger <= c + 4 && larger < classes; ++larger)
      if (auto** head = head_of(larger); head && *head) return take_like(static_cast<std::uint32_t>(larger));
  return take_like(static_cast<std::uint32_t>(c));
}

auto take_like(std::uint32_t c) -> block {
  const auto bytes = static_cast<std::ptrdiff_t>(bytes_of(c));
  auto** head = head_of(c);
  auto* p = head ? *head : nullptr;
  if (p) [[likely]] {
    *head = p->next;
  } else {
    p = static_cast<free_block*>(fresh(bytes_of(c)));
    mine.held += bytes;
  }
  mine.live += bytes;
  if (mine.live > mine.peak) mine.peak = mine.live;
  return {p, c};
}

auto give(block b) noexcept -> void {
  const auto bytes = static_cast<std::ptrdiff_t>(bytes_of(b.size_class));
  mine.live -= bytes;
  if (!keeps || mine.gone) [[unlikely]] {
    mine.held -= bytes;
    return detail::give_back_aligned(b.data);
  }
  if (!mine.registered) [[unlikely]]
    register_exit();
  auto* f = static_cast<free_block*>(b.data);
  auto** head = head_of(b.size_class);
  if (!head) [[unlikely]] {
    mine.held -= bytes;
    return detail::give_back_aligned(f);
  }
  f->next = *head;
  *head = f;
}

auto take_bytes(std::size_t bytes) -> void* { return take_like(static_cast<std::uint32_t>(class_for(bytes))).data; }
auto give_bytes(void* p, std::size_t bytes) noexcept -> void { give({p, static_cast<std::uint32_t>(class_of(bytes))}); }

auto in_use() -> use { return {mine.live, mine.peak, mine.held - mine.live}; }

auto reset_peak() -> void { mine.peak = mine.live; }

auto release() noexcept -> void {
  const auto clear = [](free_block*& head) {
    while (head) {
      auto* f = head;
      head = f->next;
      detail::give_back_aligned(f);
    }
  };
  for (auto& head : mine.near) clear(head);
  for (std::size_t c = 0; mine.far && c < classes - near_classes; ++c) clear(mine.far[c]);
  mine.held = mine.live;
}

}  // namespace seegrad::detail::pool
