# The Debian packages psa-host and psa-plugin-api, built by scripts/package.sh. Included at the end of the project,
# after all install commands.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The psa-host authors <maintainers@psa-host.example>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
# Folders are 0755 independent of the builder's umask.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_COMPONENTS_ALL host plugin-api)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_HOST_PACKAGE_NAME psa-host)
set(CPACK_COMPONENT_HOST_DESCRIPTION "gets tickets and alerts into a PSA, exactly once in effect
psa-host takes ticket requests and alerts from any tool and gets each one
into the PSA (professional services automation) of a managed service
provider, through plugins, of which those for Autotask, ConnectWise and
HaloPSA are included.")
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
# TLS needs the certificate authorities, postinst adduser.
set(CPACK_DEBIAN_HOST_PACKAGE_DEPENDS "adduser, ca-certificates, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_HOST_PACKAGE_SUGGESTS "psa-plugin-api, prometheus, bash-completion")
set(scripts ${PROJECT_SOURCE_DIR}/packaging/deb)
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_EXTRA ${scripts}/conffiles ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm)

set(CPACK_DEBIAN_PLUGIN-API_PACKAGE_NAME psa-plugin-api)
set(CPACK_DEBIAN_PLUGIN-API_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_PLUGIN-API_DESCRIPTION "headers, schemas and a template for plugins of psa-host
All that the author of a plugin for psa-host needs: the C ABI, C++ glue for
it, the JSON Schemas of the documents that cross it, a CMake package, a
template to copy, and the documents.")
set(CPACK_DEBIAN_PLUGIN-API_PACKAGE_DEPENDS "psa-host (>= ${PROJECT_VERSION})")
include(CPack)
