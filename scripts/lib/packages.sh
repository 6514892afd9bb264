# shellcheck shell=bash disable=SC2034
# What Debian 12 and 13 have to provide. Source it.

# To build soothed and soothe, and to run them with a broker.
packages_build=(gcc libc6-dev cmake ninja-build pkgconf libgpiod-dev libmosquitto-dev libcjson-dev libcunit1-dev
  libsqlite3-dev)
packages_run=(mosquitto mosquitto-clients procps python3)

# To test all of it.
packages_test=(clang libclang-rt-dev clang-format clang-tidy cppcheck gcovr valgrind shellcheck mandoc openssl
  python3-jsonschema tmux binutils)

# To prove the supervisor: Debian 13 has them, 12 has not.
packages_proof=(cbmc cadical)
