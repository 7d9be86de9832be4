from rentease_desk.__main__ import main

raise SystemExit(main())
