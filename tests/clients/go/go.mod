module prisma.test/goclient

go 1.19
