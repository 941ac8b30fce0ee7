// Where the values of straight code are while instructions are written: which registers hold them, and their addresses. Included by assembler.cpp alone.

/// What a function that is being written holds: rbx the slots, r12 the inputs, rbp the numbers, which stand before the code, r13 the bytes, r14 how many of them are done.
/// Two vector registers are for steps of one operation.
class value_places : protected Xbyak::CodeGenerator {
 public:
  value_places(const straight_code& s, std::size_t lanes, std::size_t block, void* text, std::size_t room)
      : CodeGenerator(room - pool_bytes(s, lanes), static_cast<char*>(text) + pool_bytes(s, lanes)),
        s_(s),
        many_(lanes > 1),
        wide_(many_ && lanes == 8),
        bytes_(lanes * sizeof(double)),
        entry_(entry_bytes(lanes)),
        block_bytes_(block * sizeof(double)),
        slots_(s.slots),
        registers_(s, wide_ ? 30 : 14),
        spilled_(s.values.size(), no_slot),
        is_in_memory_(s.values.size(), true) {
    write_numbers(static_cast<char*>(text));
  }

  auto made() const -> assembly { return {begin(), getSize(), slots_}; }

 protected:
  using step = straight_code::step;
  using home = straight_code::home;
  using vector = Xbyak::Xmm;
  using address = Xbyak::Address;

  auto begin() const -> std::size_t { return pool_bytes(s_, bytes_ / sizeof(double)); }
  static auto entry_bytes(std::size_t lanes) -> std::size_t { return std::max<std::size_t>(2, lanes) * sizeof(double); }
  static auto pool_bytes(const straight_code& s, std::size_t lanes) -> std::size_t {
    return ((s.numbers.size() + 2) * entry_bytes(lanes) + alignment - 1) / alignment * alignment;
  }

  auto write_numbers(char* to) -> void {
    const auto put = [&](double x) {
      for (std::size_t i = 0; i < entry_ / sizeof(double); ++i, to += sizeof(double)) std::memcpy(to, &x, sizeof(double));
    };
    for (const double x : s_.numbers) put(x);
    put(-0.0), put(std::bit_cast<double>(~std::uint64_t{0} >> 1));
  }
  auto sign_bit() -> address { return ptr[rbp + s_.numbers.size() * entry_]; }
  auto all_but_sign() -> address { return ptr[rbp + (s_.numbers.size() + 1) * entry_]; }

  auto reg(int i) const -> vector {
    return vector(wide_ ? Xbyak::Operand::ZMM : many_ ? Xbyak::Operand::YMM : Xbyak::Operand::XMM, i);
  }
  auto scratch() const -> vector { return reg(wide_ ? 30 : 14); }
  auto other_scratch() const -> vector { return reg(wide_ ? 31 : 15); }

  auto slot_address(std::size_t s) -> address {
    return many_ ? ptr[rbx + r14 + s * block_bytes_] : ptr[rbx + s * sizeof(double)];
  }
  auto memory_of(value_id v) -> address {
    const auto& value = s_.values[v];
    switch (value.at) {
      case home::memory: return slot_address(value.index);
      case home::number: return ptr[rbp + value.index * entry_];
      case home::input: return ptr[r12 + value.index * sizeof(double)];
      case home::passing: break;
    }
    if (spilled_[v] == no_slot) {
      if (spare_.empty()) spare_.push_back(static_cast<slot>(slots_++));
      spilled_[v] = spare_.back(), spare_.pop_back();
    }
    return slot_address(spilled_[v]);
  }
  auto load(const vector& to, const address& from) -> void {
    if (many_) vmovupd(to, from);
    else vmovsd(to, from);
  }
  auto store(const address& to, const vector& from) -> void {
    if (many_) vmovupd(to, from);
    else vmovsd(to, from);
  }

  auto make_room(value_id gone) -> void {
    if (is_in_memory_[gone]) return;
    store(memory_of(gone), reg(registers_.of(gone)));
    is_in_memory_[gone] = true;
  }
  auto take(value_id v) -> int {
    const int r = registers_.take(v, keep_, [&](value_id gone) { make_room(gone); });
    keep_ |= 1u << r;
    return r;
  }
  /// In a register, which it keeps for this step.
  auto in_register(value_id v) -> vector {
    int r = registers_.of(v);
    if (r == registers::none) {
      r = take(v);
      load(reg(r), memory_of(v));
    }
    keep_ |= 1u << r;
    return reg(r);
  }
  /// In a register if it is, or will be wanted there soon; else in memory.
  auto anywhere(value_id v) -> Xbyak::Operand* {
    constexpr std::uint32_t soon = 48;
    const bool is_here = registers_.of(v) != registers::none;
    // This step is its next use; the one behind it counts.
    const auto step = static_cast<std::uint32_t>(step_), later = registers_.use_after(v, step);
    const bool wanted = later != registers::never && later - step < soon;
    if (is_here || wanted) return &(operand_register_ = in_register(v));
    return &(operand_memory_ = memory_of(v));
  }

  /// `write(to)` puts the result into a register, when the operands have been read for this step.
  template <class Write>
  auto finish(const step& s, Write write) -> void {
    for (int k = 0; k < operands_of(s.op); ++k) registers_.pass(s.x[k], static_cast<std::uint32_t>(step_));
    for (int k = 0; k < operands_of(s.op); ++k)
      if (const int r = registers_.of(s.x[k]); r != registers::none && registers_.next_use(s.x[k]) == registers::never)
        registers_.release(r);
    // The register of an operand that is not wanted any more may be the result's.
    keep_ = 0;
    for (int k = 0; k < operands_of(s.op); ++k)
      if (const int r = registers_.of(s.x[k]); r != registers::none) keep_ |= 1u << r;
    const auto to = reg(take(s.to));
    write(to);
    is_in_memory_[s.to] = s_.values[s.to].outlives;
    if (is_in_memory_[s.to]) store(memory_of(s.to), to);
    if (registers_.next_use(s.to) == registers::never) registers_.release(registers_.of(s.to));
    for (int k = 0; k < operands_of(s.op); ++k) give_slot_back(s.x[k]);
  }
  auto give_slot_back(value_id v) -> void {
    if (spilled_[v] == no_slot || registers_.next_use(v) != registers::never) return;
    spare_.push_back(spilled_[v]), spilled_[v] = no_slot;
  }

  const straight_code& s_;
  bool many_, wide_;
  std::size_t bytes_, entry_, block_bytes_, slots_;
  registers registers_;
  std::size_t step_ = 0;
  std::uint32_t keep_ = 0;  // registers that this step needs

 private:
  std::vector<slot> spilled_, spare_;  // by value; those that are free
  std::vector<bool> is_in_memory_;     // by value
  vector operand_register_;
  address operand_memory_{0};
};
