#include <autodiff/run/machine/assembler.hpp>

#if defined(SEEGRAD_XBYAK) && defined(__x86_64__)

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/run/machine/registers.hpp>
#include <bit>
#include <cstring>
#include <xbyak/xbyak.h>

namespace seegrad::detail::run {
namespace {

constexpr std::size_t alignment = 64;

#include <autodiff/run/machine/value_places.inl>

/// Between two calls stands a loop over the points, unless there is one point.
class assembler : public value_places {
 public:
  assembler(const code& c, const straight_code& s, std::size_t lanes, std::size_t block, void* text, std::size_t room)
      : value_places(s, lanes, block, text, room), c_(c) {}

  /// False where the code would have addresses out of reach, or an operation has no function to call.
  auto write() -> bool {
    try {
      prologue();
      for (step_ = 0; step_ < s_.steps.size(); ++step_) {
        const auto& s = s_.steps[step_];
        if (s.what == straight_code::step::kind::call) {
          if (!call(s)) return false;
        } else {
          stretch();
        }
      }
      epilogue();
    } catch (const Xbyak::Error&) {
      return false;
    }
    return slots_ * block_bytes_ < std::size_t{1} << 31;
  }

 private:
  // --- Functions ---

  auto prologue() -> void {
    for (const auto& r : {rbx, rbp, r12, r13, r14}) push(r);
    sub(rsp, frame);
    mov(rbx, rdi), mov(r12, rsi), mov(r13, rdx);
    lea(rbp, ptr[rip - static_cast<int>(getSize() + 7 + begin())]);
  }
  auto epilogue() -> void {
    if (many_) vzeroupper();
    add(rsp, frame);
    for (const auto& r : {r14, r13, r12, rbp, rbx}) pop(r);
    ret();
  }

  auto call_function(const void* f) -> void {
    mov(rax, reinterpret_cast<std::uintptr_t>(f));
    Xbyak::CodeGenerator::call(rax);
  }
  auto call(const step& s) -> bool { return many_ ? call_loop(s) : call_one(s); }

  auto call_one(const step& s) -> bool {
    const auto& i = c_.instructions[s.instruction];
    for (int k = 0; k < i.op->arity; ++k) vmovsd(xmm0, memory_of(s.x[k])), vmovsd(ptr[rsp + 8 * k], xmm0);
    if (i.what == instruction::kind::value) {
      mov(rdi, rsp);
      call_function(reinterpret_cast<const void*>(i.op->value));
      vmovsd(memory_of(s.to), xmm0);
      return true;
    }
    mov(edi, i.by), mov(rsi, rsp), vmovsd(xmm0, memory_of(s.y));
    call_function(reinterpret_cast<const void*>(i.op->partial));
    vmulsd(xmm0, xmm0, memory_of(s.back));
    if (i.what == instruction::kind::vjp_add) vaddsd(xmm0, xmm0, slot_address(i.to));
    vmovsd(memory_of(s.to), xmm0);
    return true;
  }

  auto call_loop(const step& s) -> bool {
    const auto& i = c_.instructions[s.instruction];
    const auto& loops = i.op->kernels[static_cast<std::size_t>(instructions())]->of<double>();
    const void* f = nullptr;
    if (i.what == instruction::kind::value) f = reinterpret_cast<const void*>(loops.value);
    else f = reinterpret_cast<const void*>((i.what == instruction::kind::vjp ? loops.vjp : loops.vjp_add)[i.by]);
    if (!f) return false;
    const auto at = [&](const Xbyak::Reg64& r, slot x) { lea(r, ptr[rbx + x * block_bytes_]); };
    const auto operands = [&] {
      for (int k = 0; k < i.op->arity; ++k) at(rax, i.x[k]), mov(ptr[rsp + 8 * k], rax);
    };
    vzeroupper();
    operands();
    at(rdi, i.to);
    if (i.what == instruction::kind::value) {
      mov(rsi, rsp), mov(rdx, r13), shr(rdx, 3);
    } else {
      at(rsi, i.back), mov(rdx, rsp), at(rcx, i.y), mov(r8, r13), shr(r8, 3);
    }
    call_function(f);
    return true;
  }

  // --- What stands between calls ---

  auto stretch() -> void {
    auto end = step_;
    while (end < s_.steps.size() && s_.steps[end].what == step::kind::compute) ++end;
    registers_.begin_stretch(end);
    Xbyak::Label again;
    if (many_) {
      xor_(r14d, r14d);
      L(again);
    }
    for (; step_ < end; ++step_) compute(s_.steps[step_]);
    --step_;
    if (many_) {
      Xbyak::CodeGenerator::add(r14, static_cast<std::uint32_t>(bytes_));
      cmp(r14, r13);
      jb(again, T_NEAR);
    }
  }

  auto compute(const step& s) -> void {
    keep_ = 0;
    const auto x = s.x;
    switch (s.op) {
      case basic::move: {
        const auto a = in_register(x[0]);
        finish(s, [&](const vector& to) { vmovapd(to, a); });
        break;
      }
      case basic::neg: {
        const auto a = in_register(x[0]);
        finish(s, [&](const vector& to) { vxorpd(to, a, sign_bit()); });
        break;
      }
      case basic::abs: {
        const auto a = in_register(x[0]);
        finish(s, [&](const vector& to) { vandpd(to, a, all_but_sign()); });
        break;
      }
      case basic::sqrt: {
        const auto a = in_register(x[0]);
        finish(s, [&](const vector& to) {
          if (many_) vsqrtpd(to, a);
          else vsqrtsd(to, a, a);
        });
        break;
      }
      case basic::floor: round(s, 9); break;
      case basic::ceil: round(s, 10); break;
      case basic::trunc: round(s, 11); break;
      case basic::add: two(s, true); break;
      case basic::sub: two(s, false); break;
      case basic::mul: two(s, true); break;
      case basic::div: two(s, false); break;
      case basic::copysign: {
        const auto a = in_register(x[0]), b = in_register(x[1]);
        finish(s, [&](const vector& to) {
          vandpd(scratch(), a, all_but_sign());
          vandpd(other_scratch(), b, sign_bit());
          vorpd(to, scratch(), other_scratch());
        });
        break;
      }
      case basic::strong_mul: {
        const auto a = in_register(x[0]), b = in_register(x[1]);
        finish(s, [&](const vector& to) { strong_product(to, a, b); });
        break;
      }
      case basic::fma: {
        const auto a = in_register(x[0]), b = in_register(x[1]), c = in_register(x[2]);
        finish(s, [&](const vector& to) {
          vmovapd(scratch(), c);
          if (many_) vfmadd231pd(scratch(), a, b);
          else vfmadd231sd(scratch(), a, b);
          vmovapd(to, scratch());
        });
        break;
      }
      case basic::where_less: choose(s, 0x11); break;
      case basic::where_less_equal: choose(s, 0x12); break;
      case basic::where_equal: choose(s, 0x00); break;
    }
  }

  auto two(const step& s, bool commutes) -> void {
    auto a = s.x[0], b = s.x[1];
    if (commutes && registers_.of(a) == registers::none && registers_.of(b) != registers::none) std::swap(a, b);
    const auto first = in_register(a);
    const auto& second = *anywhere(b);
    finish(s, [&](const vector& to) {
      if (s.op == basic::add) many_ ? vaddpd(to, first, second) : vaddsd(to, first, second);
      if (s.op == basic::sub) many_ ? vsubpd(to, first, second) : vsubsd(to, first, second);
      if (s.op == basic::mul) many_ ? vmulpd(to, first, second) : vmulsd(to, first, second);
      if (s.op == basic::div) many_ ? vdivpd(to, first, second) : vdivsd(to, first, second);
    });
  }

  auto round(const step& s, std::uint8_t how) -> void {
    const auto a = in_register(s.x[0]);
    finish(s, [&](const vector& to) {
      if (wide_) vrndscalepd(to, a, how);
      else if (many_) vroundpd(to, a, how);
      else vroundsd(to, a, a, how);
    });
  }

  auto strong_product(const vector& to, const vector& a, const vector& b) -> void {
    constexpr std::uint8_t not_equal = 0x04;
    vxorpd(scratch(), scratch(), scratch());
    if (wide_) {
      vcmppd(k1, a, scratch(), not_equal);
      vcmppd(k1 | k1, b, scratch(), not_equal);
      vmulpd(to | k1 | T_z, a, b);
      return;
    }
    vcmppd(other_scratch(), a, scratch(), not_equal);
    vcmppd(scratch(), b, scratch(), not_equal);
    vandpd(scratch(), scratch(), other_scratch());
    if (many_) vmulpd(to, a, b);
    else vmulsd(to, a, b);
    vandpd(to, to, scratch());
  }

  auto is_zero(value_id v) const -> bool {
    const auto& value = s_.values[v];
    return value.at == home::number && std::bit_cast<std::uint64_t>(s_.numbers[value.index]) == 0;
  }

  auto choose(const step& s, std::uint8_t compare) -> void {
    const auto a = in_register(s.x[0]), b = in_register(s.x[1]);
    const bool no_is_zero = is_zero(s.x[3]), yes_is_zero = is_zero(s.x[2]);
    // A mask is zeros or ones: what is chosen against 0 is masked.
    if (no_is_zero || yes_is_zero) {
      const auto other = in_register(no_is_zero ? s.x[2] : s.x[3]);
      finish(s, [&](const vector& to) {
        if (wide_) {
          vcmppd(k1, a, b, compare);
          if (yes_is_zero) knotb(k1, k1);
          vmovapd(to | k1 | T_z, other);
        } else {
          vcmppd(scratch(), a, b, compare);
          if (yes_is_zero) vandnpd(to, scratch(), other);
          else vandpd(to, scratch(), other);
        }
      });
      return;
    }
    const auto yes = in_register(s.x[2]), no = in_register(s.x[3]);
    finish(s, [&](const vector& to) {
      if (wide_) {
        vcmppd(k1, a, b, compare);
        vblendmpd(to | k1, no, yes);
      } else {
        vcmppd(scratch(), a, b, compare);
        vblendvpd(to, no, yes, scratch());
      }
    });
  }

  static constexpr int frame = 64;  // of which calls take three operands; with five registers pushed the stack is aligned

  const code& c_;
};

}  // namespace

auto most_bytes(const straight_code& s) -> std::size_t {
  return (s.numbers.size() + 2) * alignment + s.steps.size() * 160 + 4096;
}

auto assemble(const code& c, const straight_code& s, std::size_t lanes, std::size_t block, void* text, std::size_t room)
    -> std::optional<assembly> {
  assembler a(c, s, lanes, block, text, room);
  return a.write() ? std::optional(a.made()) : std::nullopt;
}

}  // namespace seegrad::detail::run

#endif
