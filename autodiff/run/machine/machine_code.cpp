#include <autodiff/run/machine/machine_code.hpp>

#include <autodiff/array/instruction_set.hpp>

#if defined(SEEGRAD_XBYAK) && defined(__x86_64__) && defined(__linux__)

#include <autodiff/run/machine/assembler.hpp>
#include <sys/mman.h>
#include <unistd.h>

namespace seegrad::detail::run {

auto machine_code::lanes() -> std::size_t {
  switch (instructions()) {
    case instruction_set::avx512: return 8;
    case instruction_set::avx2: return 4;
    case instruction_set::baseline: break;
  }
  return 0;
}

auto machine_code::make(const code& c, width w, std::size_t block) -> std::unique_ptr<const machine_code> {
  if (lanes() == 0 || c.instructions.size() > most_instructions) return nullptr;
  auto s = straighten(c, w);
  if (!s) return nullptr;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto room = (most_bytes(*s) + page - 1) / page * page;
  void* const text = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (text == MAP_FAILED) return nullptr;
  std::unique_ptr<machine_code> made(new machine_code);
  made->text_ = text, made->reserved_ = room;
  if (w == width::many) made->block_ = block, made->grain_ = lanes();
  const auto written = assemble(c, *s, made->grain_, made->block_, text, room);
  if (!written) return nullptr;
  made->size_ = written->bytes;
  made->start_ = reinterpret_cast<start>(static_cast<char*>(text) + written->begin);
  if (mprotect(text, room, PROT_READ | PROT_EXEC) != 0) return nullptr;
  made->layout_ = std::move(*s);
  made->layout_.slots = written->slots;
  return made;
}

machine_code::~machine_code() {
  if (text_) munmap(text_, reserved_);
}

}  // namespace seegrad::detail::run

#else

namespace seegrad::detail::run {

auto machine_code::lanes() -> std::size_t { return 0; }
auto machine_code::make(const code&, width, std::size_t) -> std::unique_ptr<const machine_code> { return nullptr; }
machine_code::~machine_code() = default;

}  // namespace seegrad::detail::run

#endif
