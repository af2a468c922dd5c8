"""The words of the cadre's page, of links and of logging in; part of the one table of words."""

from collections.abc import Mapping

__all__ = ["ACCESS_WORDS"]

# key: (Chinese, English), as in gridmap.words.
ACCESS_WORDS: Mapping[str, tuple[str, str]] = {
    # my grid
    "mine.title": ("我的网格", "My grid"),
    "mine.who": ("{name}，{office}", "{name}, {office}"),
    "mine.version": (
        "{town}，方案版本 {version}，自 {date} 起",
        "{town}, plan version {version}, from {date}",
    ),
    "mine.until": (
        "本链接有效期至 {date}，请勿转发。",
        "This link opens until {date}. Do not pass it on.",
    ),
    "mine.choose": ("选择网格", "Choose a grid"),
    "mine.map": ("我的网格地图", "Map of my grid"),
    "mine.locate": ("我在网格内吗？", "Am I inside?"),
    "mine.locating": ("正在定位…", "Finding your position…"),
    "mine.tap": ("也可点图选择位置", "Or tap the map to choose a place"),
    "mine.insecure": (
        "浏览器只在 HTTPS 页面提供定位。请点图选择，或填写经纬度。",
        "The browser gives positions on HTTPS pages only. Tap the map, or type longitude and "
        "latitude.",
    ),
    "mine.denied": (
        "未能定位：定位被拒绝或没有信号。请点图选择，或填写经纬度。",
        "No position: it was denied or there is no signal. Tap the map, or type it.",
    ),
    "mine.zoom_in": ("放大", "Zoom in"),
    "mine.zoom_out": ("缩小", "Zoom out"),
    "mine.inside": (
        "在“{grid}”内，距边界 {metres} 米。",
        "Inside “{grid}”, {metres} m from its border.",
    ),
    "mine.outside": (
        "不在网格内，距“{grid}”边界 {metres} 米。",
        "Outside, {metres} m from the border of “{grid}”.",
    ),
    "mine.unsure": (
        "定位误差约 {accuracy} 米，靠近边界，不能确定。",
        "The position may be {accuracy} m off: too near the border to be sure.",
    ),
    "mine.type": ("填写经纬度", "Type longitude and latitude"),
    "mine.type_note": (
        "WGS84，与手机定位一致；高德、百度地图上抄来的坐标会偏几百米。",
        "WGS84, as a phone gives it. Coordinates copied from AMap or Baidu are some hundred "
        "metres off.",
    ),
    "mine.lon": ("经度", "Longitude"),
    "mine.lat": ("纬度", "Latitude"),
    "mine.check": ("查看是否在内", "Check"),
    "mine.confirm": ("确认收到本网格", "Confirm that I have received this grid"),
    "mine.confirm_note": (
        "请核对范围和职责后确认。边界或职责有变时会再请您确认。",
        "Check the outline and the duties first. You will be asked again when they change.",
    ),
    "mine.no_answers": (
        "目前无法读取确认和异议，请联系镇网格办。",
        "Receipts and disputes cannot be read at present. Tell the grid office.",
    ),
    "mine.confirmed": ("已于 {date} 确认收到。", "Received and confirmed on {date}."),
    "mine.facts": ("网格概况", "Facts"),
    "mine.role": ("我的角色", "My role"),
    "mine.duties": ("职责", "Duties"),
    "mine.no_duties": ("没有登记职责。", "No duties are on record."),
    "mine.objects": ("重点地块", "Named places"),
    "mine.neighbours": ("相邻网格", "Neighbouring grids"),
    "mine.no_neighbours": ("没有相邻网格。", "There are no neighbouring grids."),
    "mine.border": ("共边 {metres} 米", "{metres} m of border"),
    "mine.contacts": ("联系人", "People"),
    "mine.me": ("本人", "me"),
    "mine.leader_of": ("{grid}的网格长", "Leader of {grid}"),
    "mine.dispute": ("边界有误？提出异议", "Is the border wrong? Tell the planner"),
    "mine.dispute_note": (
        "先在图上点出位置，再用一句话说明。异议只是建议，网格不会立即改动。",
        "Tap the place on the map, then say in a sentence what is wrong. This is a proposal: the "
        "grid does not change at once.",
    ),
    "mine.no_place": ("尚未选择位置。", "No place is chosen yet."),
    "mine.place": ("位置：{lon}, {lat}", "Place: {lon}, {lat}"),
    "mine.sentence": ("说明", "What is wrong"),
    "mine.sentence_hint": (
        "例如：河东的三户应归邻村",
        "Such as: the three houses east of the river",
    ),
    "mine.send": ("提交异议", "Send"),
    "mine.sent": ("异议已提交，规划人员会看到。", "Sent. The planner will see it."),
    "mine.my_disputes": ("我提出的异议", "My disputes"),
    "mine.open": ("待处理", "waiting"),
    "mine.settled": ("已于 {date} 处理", "settled on {date}"),
    "mine.none": ("您目前没有网格", "You have no grid at present"),
    "mine.none_note": (
        "方案中您没有在岗的网格。如有疑问，请联系发给您链接的人。",
        "In the plan you are on no grid. Ask whoever sent you the link.",
    ),
    # a link that does not open
    "closed.none": ("请用您的个人链接打开", "Open this page with your personal link"),
    "closed.none_note": (
        "本页只能通过个人链接或二维码打开。请联系镇网格办领取。",
        "This page opens with a personal link or QR code only. Ask the grid office for yours.",
    ),
    "closed.expired": ("链接已过期", "This link has expired"),
    "closed.revoked": ("链接已停用", "This link was revoked"),
    "closed.foreign": ("链接无效", "This link is not valid"),
    "closed.note": (
        "请联系镇网格办重新领取链接。",
        "Ask the grid office for a new link.",
    ),
    # logging in
    "login.title": ("登录", "Log in"),
    "login.name": ("账号", "Name"),
    "login.password": ("密码", "Password"),
    "login.go": ("登录", "Log in"),
    "login.wrong": ("账号或密码不对。", "The name or the password is wrong."),
    "login.refused": ("程序未启动", "The app does not start"),
    # the planner's side
    "answers.tab": ("确认与异议（{count}）", "Receipts and disputes ({count})"),
    "answers.counts": (
        "{confirmed} 人次已确认，{unconfirmed} 人次未确认，{disputed} 人次有异议",
        "{confirmed} confirmed, {unconfirmed} not confirmed, {disputed} with disputes",
    ),
    "answers.disputes": ("待处理的异议", "Disputes that wait"),
    "answers.no_disputes": ("没有待处理的异议。", "No dispute waits."),
    "answers.settle": ("已处理", "Settled"),
    "answers.said": ("{name}，{time}，{lon}, {lat}", "{name}, {time}, {lon}, {lat}"),
    "answers.list": ("未确认和有异议的网格", "Grids not confirmed or disputed"),
    "answers.all_confirmed": ("全部已确认，没有异议。", "All are confirmed, and none is disputed."),
    "answers.state": ("状态", "State"),
    "answers.person": ("姓名", "Person"),
    "answers.role": ("角色", "Role"),
    "answers.unconfirmed": ("未确认", "Not confirmed"),
    "answers.disputed": ("有异议", "Disputed"),
    "link.open": ("个人链接与二维码", "Personal links and QR codes"),
    "link.person": ("给谁", "For whom"),
    "link.days": ("有效天数", "Days it opens"),
    "link.address": ("手机能打开的网址", "Address that a phone can open"),
    "link.address_note": (
        "127.0.0.1 只有本机能打开，请填写服务器的网址。手机定位需要 HTTPS。",
        "Only this machine opens 127.0.0.1: give the server's address. Phones give their position "
        "on HTTPS only.",
    ),
    "link.make": ("生成链接", "Make a link"),
    "link.made": (
        "{name}的链接，有效期至 {date}。关闭后不再显示，请现在复制或扫码。",
        "The link of {name}, open until {date}. It is not shown again: copy or scan it now.",
    ),
    "link.links": ("已发出的链接（{count}）", "Links in force ({count})"),
    "link.none": ("尚无有效链接。", "No link is in force."),
    "link.row": ("{name}，至 {date}", "{name}, until {date}"),
    "link.revoke": ("停用", "Revoke"),
    "link.outside": (
        "本方案不在程序的文件夹内，个人链接打不开它。",
        "This plan is not in the app's folder: personal links could not open it.",
    ),
}
