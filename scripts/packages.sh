# The Debian 12 packages that the build, the tests and the checks need; docs/dependencies.md says why. Sourced by the
# scripts.
build_packages=(g++ cmake ninja-build ccache libpoco-dev libssl-dev libboost1.81-dev libvalijson-dev libtomlplusplus-dev
    libcli11-dev libre2-dev libsqlite3-dev libpsl-dev libseccomp-dev libjq-dev libkainjow-mustache-dev
    libhowardhinnant-date-dev libpq-dev libsystemd-dev)
# Of these only the headers are used: where they are not installed, they are unpacked and their dependencies left alone.
header_packages=(libvalijson-dev)
test_packages=(catch2 clang-14 libclang-rt-14-dev python3 binutils nginx-light haproxy postgresql pgbouncer spin)
lint_packages=(clang-format-14 clang-tidy-14 git)
fuzz_packages=(clang-14 libclang-rt-14-dev)
package_packages=(dpkg-dev file)
release_packages=("${build_packages[@]}" "${package_packages[@]}" minisign)
package_test_packages=(lintian mmdebstrap systemd-container)
operations_packages=(mandoc prometheus prometheus-alertmanager nagios4-core icinga2-bin curl systemd)
bench_packages=(libbenchmark-dev redis-server)
# What lets no test of scripts/check-all.sh be skipped.
check_packages=(chromium rustc zabbix-server-pgsql zabbix-frontend-php php-cli "${bench_packages[@]}")
